/**
 * Takes messages away for good: a draft or a copy of ours that nobody touched, or what the owner allowed to be destroyed.
 * Each is looked at once more right before, and only those UIDs go.
 */
import { removeMessages } from '../../imap/effects.ts';
import { type Described, describeMessages } from '../../imap/lookup.ts';
import { uidCount, uidSet, uidsOf, withoutUids } from '../../mail/uid-set.ts';
import { provedUids, type RemoveCommand } from '../../sync/journal.ts';
import type { Attempt, EffectKindOf, EffectRun, Outcome } from './kind.ts';
import { openSource } from './source.ts';
import { enterKeywords, MARKED } from './store.ts';

const run = async ({ session, account, now }: EffectRun, attempt: Attempt<RemoveCommand>): Promise<Outcome> => {
  const { command } = attempt;
  const skipped = (reason: Extract<Outcome, { state: 'skipped' }>['reason']): Outcome => ({
    state: 'skipped',
    attempt: attempt.attempt,
    reason,
    at: now(),
  });
  if (command.written === undefined && account.allowDestroy !== true) return skipped('destroy-not-allowed');
  const trouble = await openSource(session, command.source);
  if (trouble !== undefined) return skipped(trouble);
  const there = await describeMessages(session, command.uids);
  const wasSent = attempt.sentBefore !== undefined;
  const same = uidSet(there.filter((one) => isSame(command, one, wasSent)).map(({ uid }) => uid));
  const changed = withoutUids(uidSet(there.map(({ uid }) => uid)), same);
  // What an earlier attempt was about to remove and is not there any more, it removed.
  const removed = wasSent ? withoutUids(command.uids, uidSet(there.map(({ uid }) => uid))) : [];
  if (uidCount(same) + uidCount(removed) === 0) {
    return skipped(uidCount(changed) > 0 ? 'message-changed' : 'message-gone');
  }
  await attempt.markSent();
  const left = uidCount(same) === 0 ? [] : await removeMessages(session, same);
  const missed = withoutUids(withoutUids(command.uids, same), removed);
  const unremoved = session.uidplus ? left : [];
  const all = [...uidsOf(missed), ...uidsOf(unremoved)];
  return {
    state: 'done',
    attempt: attempt.attempt,
    evidence: session.uidplus ? { by: 'gone' } : { by: 'flags', onlyMarked: true },
    ...(all.length === 0
      ? {}
      : { skipped: { uids: uidSet(all), reason: uidCount(changed) > 0 ? 'message-changed' : 'message-gone' } }),
    at: now(),
  };
};

/** `wasSent`: our own \Deleted of an earlier attempt is no change. */
const isSame = (command: RemoveCommand, one: Described, wasSent: boolean): boolean => {
  const index = [...uidsOf(command.uids)].indexOf(one.uid);
  if (one.fingerprint !== command.fingerprints[index]) return false;
  const { written } = command;
  if (written === undefined) return true;
  if (
    written.effectId !== undefined &&
    one.marker !== written.effectId &&
    !one.messageId.startsWith(`<${written.effectId}@`)
  )
    return false;
  const keywords = one.keywords.filter((keyword) => !(wasSent && keyword === '$deleted'));
  return hasKeywords({ keywords }, written.keywords);
};

/** Exactly these. One of ours that has others was touched, or is marked for removal already: a sweep leaves it alone. */
export const hasKeywords = ({ keywords }: Pick<Described, 'keywords'>, wanted: readonly string[]): boolean =>
  [...keywords].sort().join(' ') === [...wanted].sort().join(' ');

export const removeEffect: EffectKindOf<RemoveCommand> = {
  isIdempotent: () => true,
  run,
  enter: async (books, { command, state }) => {
    const uids = provedUids(command, state);
    if (state.evidence.onlyMarked === true) await enterKeywords(books, command.source, uids, MARKED);
    else await books.mirrors.remove(command.source, uids);
  },
  undo: ({ command, state }) =>
    state.evidence.onlyMarked === true
      ? {
          changes: [
            { kind: 'change', folder: command.source, uids: provedUids(command, state), remove: MARKED.add, add: [] },
          ],
        }
      : { impossible: 'what was removed for good cannot be brought back' },
  tell: ({ source }) => `removed from ${source.path}`,
};
