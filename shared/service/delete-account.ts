/** Forgets an account: its credential, its mirror and its activity. The mail itself stays where it is. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Account, deleteAccount as deleteStoredAccount, readAccount } from '../store/accounts.ts';
import { type AccountRef, deleteHead, markDeleting, readHead } from '../store/head.ts';
import { purgeAccount } from '../store/purge.ts';
import type { Table } from '../store/table.ts';
import { putTombstone, readTombstone, settleTombstone } from '../store/tombstones.ts';
import type { BaseDeps } from './deps.ts';
import { type RevisionWanted, requireRevision } from './revision.ts';

/**
 * No lease is waited for: the head is marked, which no worker can commit against. It goes late, and what one of them wrote in
 * between is taken away at the end, and once more when their leases are over. A deletion that was cut off is finished then, or
 * by asking again. Throws `not-found`, `precondition.failed`.
 */
export const deleteAccount = async (
  { table, now }: Pick<BaseDeps, 'table' | 'now'>,
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
  }
  const seconds = Math.floor(now() / 1_000);
  const expiresAt = seconds + LIMITS.tombstoneDays * 86_400;
  await putTombstone(table, ref, { dueAt: seconds + LIMITS.leaseSeconds, expiresAt });
  if (!(await forget(table, ref, account))) {
    throw new MailyardError('precondition.failed', 'the account was changed since you read it; read it again');
  }
};

/** False when the account was changed meanwhile: then the head stays, and asking again finishes it. */
const forget = async (table: Table, ref: AccountRef, account: Account | undefined): Promise<boolean> => {
  if (account !== undefined) {
    await purgeAccount(table, ref);
    const { tenant, accountId } = ref;
    const went = await deleteStoredAccount(table, tenant, accountId, account.revision);
    // Another deletion may have been faster.
    if (!went && (await readAccount(table, tenant, accountId)) !== undefined) return false;
  }
  await deleteHead(table, ref);
  await purgeAccount(table, ref);
  return true;
};

/** The second clearing of a deleted account, and the end of a deletion that was cut off. */
export const clearDeletedAccount = async (
  { table, now }: Pick<BaseDeps, 'table' | 'now'>,
  ref: AccountRef,
): Promise<void> => {
  const dueAt = await readTombstone(table, ref);
  if (dueAt === undefined || dueAt * 1_000 > now()) return;
  const [account, head] = await Promise.all([readAccount(table, ref.tenant, ref.accountId), readHead(table, ref)]);
  // One that was added again under the same id is alive.
  const isAlive = account !== undefined && head?.state !== 'deleting';
  if (!isAlive && !(await forget(table, ref, account))) return;
  await settleTombstone(table, ref, dueAt);
};
