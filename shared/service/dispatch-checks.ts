/** Once a minute: finds the accounts whose poll group is due and hands them out in batches. */
import { LIMITS } from '../limits.ts';
import { dueAccounts } from '../store/head.ts';
import { duePollGroups } from '../sync/due.ts';
import type { BaseDeps, CheckMessage } from './deps.ts';

export type DispatchDeps = Pick<BaseDeps, 'table' | 'sendChecks' | 'log'>;

/** `tickSeconds`: the minute this is for, whose groups are due. Returns how many accounts were handed out. */
export const dispatchChecks = async (
  deps: DispatchDeps,
  tickSeconds: number,
  groups: readonly string[] = duePollGroups(tickSeconds, LIMITS),
): Promise<number> => {
  let accounts = 0;
  for (const group of groups) {
    const refs = await dueAccounts(deps.table, group);
    const pollSeconds = Number(group.split('#')[0]);
    const messages: CheckMessage[] = [];
    for (let from = 0; from < refs.length; from += LIMITS.accountsPerCheckMax) {
      messages.push({ accounts: refs.slice(from, from + LIMITS.accountsPerCheckMax), tickSeconds, pollSeconds });
    }
    if (messages.length > 0) await deps.sendChecks(messages);
    accounts += refs.length;
  }
  deps.log.info('dispatch.done', { accounts, tickSeconds });
  return accounts;
};
