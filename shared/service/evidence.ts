/**
 * Enters what our own effects came to into the mirrors, before any cursor moves: so they never look like a person's doing,
 * and no rule fires on them.
 */
import { type UidSet, uidSet, uidsOf, withoutUids } from '../mail/uid-set.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import { mappedPairs } from '../sync/journal.ts';
import { keywordsAt } from '../sync/message-list.ts';
import type { Books } from './books.ts';
import { DRAFT_KEYWORDS } from './effect-draft.ts';
import type { FinishedPart } from './run-effects.ts';

export const enterEvidence = async (books: Books, part: FinishedPart): Promise<void> => {
  const { command, state } = part;
  if (state.state !== 'done') return;
  if (command.kind === 'store') {
    const stored = withoutUids(command.uids, state.skipped?.uids ?? []);
    await enterKeywords(books, command.source, stored, command);
    return;
  }
  const pairs = [...mappedPairs(state.evidence.mapping ?? [])];
  const source = await books.mirrors.read(command.source);
  const target = targetCursor(books, command.target.path, state.evidence.targetUidValidity);
  if (target !== undefined) {
    const rows = pairs.map(([from, to]) => ({
      uid: to,
      keywords: command.kind === 'draft' ? DRAFT_KEYWORDS : (keywordsAt(source, from) ?? []),
    }));
    await books.mirrors.add({ folderId: target.id, uidValidity: target.uidValidity }, rows);
  }
  if (command.kind === 'move') await books.mirrors.remove(command.source, uidSet(pairs.map(([from]) => from)));
};

const enterKeywords = async (
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

/**
 * The cursor of a target folder. One that we made just now gets its first; one that was there and is not mirrored yet gets
 * none: its first sync takes our results in with all else.
 */
const targetCursor = (books: Books, path: string, uidValidity: number | undefined): FolderCursor | undefined => {
  if (uidValidity === undefined) return undefined;
  const known = books.cursorAt(path);
  if (known !== undefined) return known.uidValidity === uidValidity ? known : undefined;
  if (books.listed(path)) return undefined;
  return books.unsettled(path, uidValidity);
};
