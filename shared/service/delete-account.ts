/** Forgets an account: its credential, its mirror and its activity. The mail itself stays where it is. */
import { MailyardError } from '../errors.ts';
import { deleteAccount as deleteStoredAccount, readAccount } from '../store/accounts.ts';
import { deleteHead, markDeleting, readHead } from '../store/head.ts';
import { purgeAccount } from '../store/purge.ts';
import type { BaseDeps } from './deps.ts';
import { type RevisionWanted, requireRevision } from './revision.ts';

/**
 * The head goes late, as it fences off workers that are still at it; what one of them wrote in between is taken away at the
 * end. A deletion that was cut off is finished by asking again. Throws `not-found`, `precondition.failed`.
 */
export const deleteAccount = async (
  { table }: Pick<BaseDeps, 'table'>,
  { tenant, id, revision }: { readonly tenant: string; readonly id: string; readonly revision: RevisionWanted },
): Promise<void> => {
  const ref = { tenant, accountId: id };
  const account = await readAccount(table, tenant, id);
  if (account === undefined && (await readHead(table, ref))?.state !== 'deleting') {
    throw new MailyardError('not-found', 'there is no such account');
  }
  if (account !== undefined) {
    requireRevision(account.revision, revision);
    await markDeleting(table, ref);
    await purgeAccount(table, ref);
    if (!(await deleteStoredAccount(table, tenant, id, account.revision))) {
      // Another deletion was faster, or it was changed: then the head stays, and asking again finishes it.
      if ((await readAccount(table, tenant, id)) !== undefined) {
        throw new MailyardError('precondition.failed', 'the account was changed since you read it; read it again');
      }
    }
  }
  await deleteHead(table, ref);
  await purgeAccount(table, ref);
};
