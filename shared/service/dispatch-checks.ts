/** Once a minute: finds the accounts whose poll group is due and hands them out in batches. */
import { LIMITS } from '../limits.ts';
import { dueAccounts } from '../store/head.ts';
import { dueTombstones } from '../store/tombstones.ts';
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
  await dispatchDeleted(deps, tickSeconds).catch((error: unknown) => {
    deps.log.error('dispatch.deleted-not-sent', {}, error);
  });
  deps.log.info('dispatch.done', { accounts, tickSeconds });
  return accounts;
};

/** Deleted accounts whose second clearing is due. One that is handed out twice is cleared twice, which comes to the same. */
const dispatchDeleted = async ({ table, sendChecks }: DispatchDeps, tickSeconds: number): Promise<void> => {
  const refs = await dueTombstones(table, tickSeconds, LIMITS.tombstonesPerTickMax);
  const messages: CheckMessage[] = [];
  for (let from = 0; from < refs.length; from += LIMITS.accountsPerCheckMax) {
    const accounts = refs.slice(from, from + LIMITS.accountsPerCheckMax);
    messages.push({ accounts, tickSeconds, pollSeconds: 60, deleted: true });
  }
  if (messages.length > 0) await sendChecks(messages);
};
