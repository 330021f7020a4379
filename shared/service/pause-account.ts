/** An account that is paused is not looked at, whoever asks; what a run had begun is finished after it is resumed. */
import { MailyardError } from '../errors.ts';
import { pauseHead, readHead, resumeHead } from '../store/head.ts';
import { groupOf } from '../sync/schedule.ts';
import type { BaseDeps } from './deps.ts';
import { type AccountSummary, requireAccount, summaryOf } from './manage-accounts.ts';
import { requestSync } from './request-sync.ts';

type Wanted = { readonly tenant: string; readonly accountId: string };

/** Throws `not-found`, `conflict`. */
export const pauseAccount = async (
  { table }: Pick<BaseDeps, 'table'>,
  { tenant, accountId }: Wanted,
): Promise<AccountSummary> => {
  const account = await requireAccount({ table }, { tenant, id: accountId });
  if (!(await pauseHead(table, { tenant, accountId }))) throw beingMadeOrDeleted();
  return summaryOf(account, await readHead(table, { tenant, accountId }));
};

/** It is looked at again at once. An account that was not paused is left as it is. Throws `not-found`, `conflict`. */
export const resumeAccount = async (
  deps: Pick<BaseDeps, 'table' | 'now' | 'sendChecks' | 'schedule'>,
  { tenant, accountId }: Wanted,
): Promise<AccountSummary> => {
  const { table, schedule } = deps;
  const ref = { tenant, accountId };
  const account = await requireAccount({ table }, { tenant, id: accountId });
  const head = await readHead(table, ref);
  if (head === undefined || head.state === 'deleting') throw beingMadeOrDeleted();
  if (head.paused === true) {
    // Whose login was refused stays out of its group: providers lock accounts that keep trying.
    const group = head.state === 'active' ? groupOf(schedule, account) : undefined;
    await resumeHead(table, ref, group);
    await requestSync(deps, ref);
  }
  return summaryOf(account, await readHead(table, ref));
};

const beingMadeOrDeleted = (): MailyardError =>
  new MailyardError('conflict', 'the account is just being added or deleted');
