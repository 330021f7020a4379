/** Part 4: all that the functions did is held against their roles, and their roles against what was done. */
import type { Ledger } from './grants/ledger.ts';
import type { Report } from './report.ts';

/** A grant that the rehearsal does not use, by role and action, and why it is there all the same. */
export type Reason = { readonly role: string; readonly action: string; readonly reason: string };
export const UNUSED_WITH_REASON: readonly Reason[] = [
  {
    role: 'ApiRole',
    action: 'kms:Encrypt',
    reason:
      'Of api and mail, whichever first meets an Idempotency-Key makes the key that recognises requests; here it was mail.',
  },
  {
    role: 'SyncRole',
    action: 'kms:Encrypt',
    reason:
      'Makes the vault’s next key where it is the first to open the vault after an operator asked for one (vaultKeyNotBefore).',
  },
  {
    role: 'MailRole',
    action: 'dynamodb:BatchWriteItem',
    reason: 'Writes down what is asked for by hand before it is done; here nobody asks by hand.',
  },
];

export const grantsPart = (ledger: Ledger, reasons: readonly Reason[] = UNUSED_WITH_REASON): Report => {
  const denied = ledger.denied();
  const unused = ledger.unused();
  const isAnswered = ({ role, action }: { role: string; action: string }): boolean =>
    reasons.some((reason) => reason.role === role && reason.action === action);
  const idle = reasons.filter(
    ({ role, action }) => !unused.some((grant) => grant.role === role && grant.action === action),
  );
  return {
    title: '4 grants',
    counts: {
      'calls judged': ledger.judged.length,
      allowed: ledger.judged.length - denied.length,
      grants: ledger.grants().length,
      'unused with a reason': unused.filter(isAnswered).length,
    },
    faults: [
      ...new Set(
        denied.map(
          ({ role, call }) => `${role} may not ${call.action} on ${call.resource} ${JSON.stringify(call.context)}`,
        ),
      ),
      ...unused
        .filter((grant) => !isAnswered(grant))
        .map((grant) => `${grant.role} never needed ${grant.action} on ${ledger.resourcesOf(grant).join(', ')}`),
      ...idle.map(({ role, action }) => `${role} needs ${action}: its reason is void`),
    ],
  };
};
