/** Flags: idempotent by protocol, proved by reading them back. */
import { type OpenFolder, openFolderOf } from '../../imap/open-folder.ts';
import { storeKeywords } from '../../imap/store-keywords.ts';
import { isKeyword } from '../../mail/keyword.ts';
import { type UidSet, uidCount, uidsOf, withoutUids } from '../../mail/uid-set.ts';
import { provedUids, type SkipReason, type StoreCommand } from '../../sync/journal.ts';
import { keywordsAt } from '../../sync/message-list.ts';
import type { Books } from '../books.ts';
import type { Attempt, EffectKindOf, EffectRun, Outcome, PipedRun } from './kind.ts';
import { openSource } from './source.ts';

const run = async ({ session, now }: EffectRun, attempt: Attempt<StoreCommand>): Promise<Outcome> => {
  const trouble = await openSource(session, attempt.command.source);
  if (trouble !== undefined) return { state: 'skipped', attempt: attempt.attempt, reason: trouble, at: now() };
  return await store(openFolderOf(session), now, attempt);
};

const runPiped = async (
  { folder, now, turn }: PipedRun,
  attempt: Attempt<StoreCommand>,
): Promise<Outcome | undefined> => ((await turn()) ? await store(folder, now, attempt) : undefined);

const store = async (
  folder: OpenFolder,
  now: () => number,
  { command, attempt }: Attempt<StoreCommand>,
): Promise<Outcome> => {
  const { add, remove, unchangedSince } = command;
  const since = unchangedSince === undefined ? {} : { unchangedSince: BigInt(unchangedSince) };
  const { stored, refused, changed } = await storeKeywords(folder, command.uids, { add, remove, ...since });
  const reason: SkipReason =
    uidCount(refused) > 0 ? 'keyword-refused' : uidCount(changed) > 0 ? 'message-changed' : 'message-gone';
  if (uidCount(stored) === 0) return { state: 'skipped', attempt, reason, at: now() };
  const missed = withoutUids(command.uids, stored);
  return {
    state: 'done',
    attempt,
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
  piped: { suits: (_, { add, remove }) => [...add, ...remove].every(isKeyword), run: runPiped },
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
