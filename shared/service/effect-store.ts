/** Flags: idempotent by protocol, proved by reading them back. */
import { openSource, storeKeywords } from '../imap/effects.ts';
import { uidCount, withoutUids } from '../mail/uid-set.ts';
import type { StoreCommand } from '../sync/journal.ts';
import type { Attempt, EffectRun, Outcome } from './effect-deps.ts';

export const runStore = async (run: EffectRun, { command, attempt }: Attempt<StoreCommand>): Promise<Outcome> => {
  const at = run.now();
  if (!(await openSource(run.session, command.source))) {
    return { state: 'skipped', attempt, reason: 'uidvalidity-changed', at };
  }
  const { stored, refused, gone } = await storeKeywords(run.session, command.uids, command);
  if (uidCount(stored) === 0) {
    return { state: 'skipped', attempt, reason: uidCount(refused) > 0 ? 'keyword-refused' : 'message-gone', at };
  }
  const missed = withoutUids(command.uids, stored);
  const reason = uidCount(refused) > 0 ? ('keyword-refused' as const) : ('message-gone' as const);
  return {
    state: 'done',
    attempt,
    evidence: { by: 'flags' },
    ...(uidCount(missed) === 0 && uidCount(gone) === 0 ? {} : { skipped: { uids: missed, reason } }),
    at,
  };
};
