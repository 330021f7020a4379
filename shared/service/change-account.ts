/** Changes settings of an account; host, port and user make it another mailbox, and are for a new account. */
import { MailyardError } from '../errors.ts';
import { type Account, type AccountSettings, replaceAccount } from '../store/accounts.ts';
import { raiseConfigVersion, readHead, regroupHead } from '../store/head.ts';
import { groupOf } from '../sync/schedule.ts';
import type { BaseDeps } from './deps.ts';
import { type AccountSummary, requireAccount, summaryOf } from './manage-accounts.ts';
import { requireInterval } from './require-interval.ts';
import { type RevisionWanted, requireRevision } from './revision.ts';

/** undefined leaves a setting as it is, null takes it away. */
export type AccountChange = {
  readonly name?: string | undefined;
  readonly pollSeconds?: number | undefined;
  readonly allowDestroy?: boolean | undefined;
  readonly roles?: AccountSettings['roles'] | null | undefined;
  readonly timeZone?: string | null | undefined;
};

export type AccountChangeWanted = {
  readonly tenant: string;
  readonly accountId: string;
  readonly change: AccountChange;
  readonly revision: RevisionWanted;
};

/** Throws `not-found`, `precondition.failed`, `validation.failed`. */
export const changeAccount = async (
  { table, now, schedule }: Pick<BaseDeps, 'table' | 'now' | 'schedule'>,
  { tenant, accountId, change, revision }: AccountChangeWanted,
): Promise<AccountSummary> => {
  const ref = { tenant, accountId };
  const before = await requireAccount({ table }, { tenant, id: accountId });
  requireRevision(before.revision, revision);
  if (change.pollSeconds !== undefined) requireInterval(schedule, change.pollSeconds);
  const account: Account = { ...changed(before, change), revision: before.revision + 1, updatedAt: now() };
  if (!(await replaceAccount(table, account))) {
    throw new MailyardError('precondition.failed', 'the account was changed since you read it; read it again');
  }
  if (account.pollSeconds !== before.pollSeconds) {
    await regroupHead(table, ref, groupOf(schedule, account));
  }
  // Roles count in the digest of a listing: the next check sees another one.
  await raiseConfigVersion(table, ref);
  return summaryOf(account, await readHead(table, ref));
};

const changed = (before: Account, { name, pollSeconds, allowDestroy, roles, timeZone }: AccountChange): Account => {
  const { roles: rolesBefore, timeZone: zoneBefore, ...rest } = before;
  const rolesAfter = roles === undefined ? rolesBefore : (roles ?? undefined);
  const zoneAfter = timeZone === undefined ? zoneBefore : (timeZone ?? undefined);
  return {
    ...rest,
    ...(name === undefined ? {} : { name }),
    ...(pollSeconds === undefined ? {} : { pollSeconds }),
    ...(allowDestroy === undefined ? {} : { allowDestroy }),
    ...(rolesAfter === undefined ? {} : { roles: rolesAfter }),
    ...(zoneAfter === undefined ? {} : { timeZone: zoneAfter }),
  };
};
