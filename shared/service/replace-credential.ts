/**
 * Another password for an account, or another certificate that its server is known by, tried before they are kept. What is known of its
 * mail stays: nothing is synced anew.
 */
import { MailyardError } from '../errors.ts';
import { type Account, replaceAccount } from '../store/accounts.ts';
import { raiseConfigVersion, readHead, reconnectHead } from '../store/head.ts';
import { groupOf } from '../sync/schedule.ts';
import type { Credential } from '../vault/credential.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { type AccountSummary, requireAccount, summaryOf } from './manage-accounts.ts';
import { requestSync } from './request-sync.ts';
import { type RevisionWanted, requireRevision } from './revision.ts';
import { testConnection } from './test-connection.ts';

export type NewCredential = {
  readonly tenant: string;
  readonly accountId: string;
  /** Asked for with another certificate, too: who may change what is trusted has to know what is at stake. */
  readonly password: string;
  /** What the server shows by now; null takes away what there was, undefined leaves it. */
  readonly ca?: string | null | undefined;
  readonly pin?: string | null | undefined;
  readonly revision: RevisionWanted;
};

/** Throws `not-found`, `precondition.failed`, `imap.*` with the field to look at; then the old one stays. */
export const replaceCredential = async (
  deps: MailboxDeps,
  { tenant, accountId, password, ca, pin, revision }: NewCredential,
): Promise<AccountSummary> => {
  const ref = { tenant, accountId };
  const before = await requireAccount(deps, { tenant, id: accountId });
  requireRevision(before.revision, revision);
  const credential: Credential = { kind: 'password', password };
  const trusting = trustingBy(before, { ca, pin });
  await testConnection(deps, trusting, credential);
  const account: Account = {
    ...trusting,
    credential: await deps.sealer.seal(credential, ref),
    revision: before.revision + 1,
    updatedAt: deps.now(),
  };
  if (!(await replaceAccount(deps.table, account, { credential: 'new' }))) {
    throw new MailyardError('precondition.failed', 'the account was changed since you read it; read it again');
  }
  const group = groupOf(deps.schedule, account);
  // A paused account stays paused; it is told of the new credential all the same.
  if (await reconnectHead(deps.table, ref, group)) await requestSync(deps, ref);
  else await raiseConfigVersion(deps.table, ref);
  return summaryOf(account, await readHead(deps.table, ref));
};

const trustingBy = ({ ca, pin, ...rest }: Account, next: Pick<NewCredential, 'ca' | 'pin'>): Account => {
  const nextCa = next.ca === undefined ? ca : next.ca;
  const nextPin = next.pin === undefined ? pin : next.pin;
  return {
    ...rest,
    ...(nextCa === undefined || nextCa === null ? {} : { ca: nextCa }),
    ...(nextPin === undefined || nextPin === null ? {} : { pin: nextPin }),
  };
};
