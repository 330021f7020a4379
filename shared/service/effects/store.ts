/** Flags: idempotent by protocol, proved by reading them back. */
import { storeKeywords } from '../../imap/effects.ts';
import { type UidSet, uidCount, uidsOf, withoutUids } from '../../mail/uid-set.ts';
import { provedUids, type SkipReason, type StoreCommand } from '../../sync/journal.ts';
import { keywordsAt } from '../../sync/message-list.ts';
import type { Books } from '../books.ts';
import type { Attempt, EffectKindOf, EffectRun, Outcome } from './kind.ts';
import { openSource } from './source.ts';

const run = async ({ session, now }: EffectRun, attempt: Attempt<StoreCommand>): Promise<Outcome> => {
  const { command } = attempt;
  const trouble = await openSource(session, command.source);
  if (trouble !== undefined) return { state: 'skipped', attempt: attempt.attempt, reason: trouble, at: now() };
  const { add, remove, unchangedSince } = command;
  const since = unchangedSince === undefined ? {} : { unchangedSince: BigInt(unchangedSince) };
  const { stored, refused, changed } = await storeKeywords(session, command.uids, { add, remove, ...since });
  const reason: SkipReason =
    uidCount(refused) > 0 ? 'keyword-refused' : uidCount(changed) > 0 ? 'message-changed' : 'message-gone';
  if (uidCount(stored) === 0) return { state: 'skipped', attempt: attempt.attempt, reason, at: now() };
  const missed = withoutUids(command.uids, stored);
  return {
    state: 'done',
    attempt: attempt.attempt,
    evidence: { by: 'flags' },
    ...(uidCount(missed) === 0 ? {} : { skipped: { uids: missed, reason } }),
    at: now(),
  };
};

/** What a message becomes that is to go, and may not be expunged. */
export const MARKED = { add: ['$deleted'], remove: [] } as const;

/** Enters a change of keywords that the server has shown. */
export const enterKeywords = async (
  { mirrors }: Books,
  folder: { readonly folderId: string; readonly uidValidity: number },
  uids: UidSet,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> => {
  const messages = await mirrors.read(folder);
  const rows: { uid: number; keywords: string[] }[] = [];
  for (const uid of uidsOf(uids)) {
    const before = keywordsAt(messages, uid);
    if (before === undefined) continue;
    const kept = before.filter((keyword) => !change.remove.includes(keyword));
    rows.push({ uid, keywords: [...new Set([...kept, ...change.add])] });
  }
  await mirrors.add(folder, rows);
};

export const storeEffect: EffectKindOf<StoreCommand> = {
  isIdempotent: () => true,
  countsAs: 'flag',
  run,
  enter: (books, { command, state }) => enterKeywords(books, command.source, provedUids(command, state), command),
  undo: ({ command, state }) => ({
    changes: [
      {
        kind: 'change',
        folder: command.source,
        uids: provedUids(command, state),
        add: command.remove,
        remove: command.add,
      },
    ],
  }),
  tell: ({ add, remove }) =>
    [...add.map((keyword) => `+${keyword}`), ...remove.map((keyword) => `-${keyword}`)].join(' '),
};
