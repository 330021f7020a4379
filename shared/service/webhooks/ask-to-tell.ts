/** Has the queue tell what runs left untold. Where that does not go through, the next check asks: the heads keep it. */
import type { AccountRef } from '../../store/head.ts';
import type { BaseDeps } from '../deps.ts';

export const askToTell = async (
  { sendChecks, log, now }: Pick<BaseDeps, 'sendChecks' | 'log' | 'now'>,
  accounts: readonly AccountRef[],
): Promise<void> => {
  if (accounts.length === 0) return;
  const tickSeconds = Math.floor(now() / 1_000);
  await sendChecks([{ accounts, tickSeconds, pollSeconds: 60, tell: true }]).catch((error: unknown) => {
    log.error('check.not-told', { accounts: accounts.length }, error);
  });
};
