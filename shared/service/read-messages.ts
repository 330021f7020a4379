/** The messages of a folder as the mirror knows them, newest first, in pages of bounded work. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Keyword } from '../mail/keyword.ts';
import { formatMessageId } from '../mail/message.ts';
import { hasUid, UID_MAX, type UidSet } from '../mail/uid-set.ts';
import type { AccountRef } from '../store/head.ts';
import { pageOfSegments } from '../store/segment-page.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { MessageRow } from '../sync/message-list.ts';
import { decodeSegment } from '../sync/segment.ts';
import type { BaseDeps } from './deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { findKnownFolder, knownFolders } from './read-folders.ts';

/** Goes on below `uid`. New messages get higher UIDs, so that they never shift a page. */
export type MessagePlace = { readonly folderId: string; readonly uidValidity: number; readonly uid: number };

export type MessagesWanted = AccountRef & {
  /** A path or `role:...`. */
  readonly folder: string;
  /** Of these alone. */
  readonly uids?: UidSet | undefined;
  readonly keyword?: Keyword | undefined;
  readonly notKeyword?: Keyword | undefined;
  readonly limit: number;
  readonly after?: MessagePlace;
};

export type ListedMessage = MessageRow & { readonly id: string };

export type MessagesPage = {
  readonly folder: FolderCursor;
  readonly messages: readonly ListedMessage[];
  /** There may be more even where this page is short: a rare keyword is looked for over several pages. */
  readonly next?: MessagePlace;
};

const SEGMENTS_PER_READ = 8;

/** Throws `not-found`, and `validation.failed` for a folder or a place that is not there (any more). */
export const readMessages = async (deps: Pick<BaseDeps, 'table'>, wanted: MessagesWanted): Promise<MessagesPage> => {
  const ref = { tenant: wanted.tenant, accountId: wanted.accountId };
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const folder = findKnownFolder(await knownFolders(deps, ref), wanted.folder);
  if (folder === undefined) throw invalid('folder', 'there is no such folder, or it was not synced yet');
  const { id: folderId, uidValidity } = folder;
  const { after } = wanted;
  if (after !== undefined && (after.folderId !== folderId || after.uidValidity !== uidValidity)) {
    throw invalidPlace();
  }
  const found = await collect(deps, ref, folder, wanted);
  return {
    folder,
    messages: found.rows.map((row) => ({
      id: formatMessageId({ accountId: ref.accountId, folderId, uidValidity, uid: row.uid }),
      ...row,
    })),
    ...(found.below === undefined ? {} : { next: { folderId, uidValidity, uid: found.below } }),
  };
};

const collect = async (
  { table }: Pick<BaseDeps, 'table'>,
  ref: AccountRef,
  folder: FolderCursor,
  { uids, keyword, notKeyword, limit, after }: MessagesWanted,
): Promise<{ rows: readonly MessageRow[]; below?: number }> => {
  const rows: MessageRow[] = [];
  let below = wantedBelow(uids, after?.uid ?? UID_MAX + 1);
  for (let read = 0; below > 1 && read < LIMITS.segmentsPerAnswerMax; read += SEGMENTS_PER_READ) {
    const { segments, more } = await pageOfSegments(
      table,
      ref,
      { folderId: folder.id, uidValidity: folder.uidValidity },
      { limit: SEGMENTS_PER_READ, ...(below > UID_MAX ? {} : { before: below }) },
    );
    for (const { start, bytes } of segments) {
      for (const row of newestFirst(start, bytes, keyword, notKeyword)) {
        if (row.uid >= below || (uids !== undefined && !hasUid(uids, row.uid))) continue;
        if (rows.length === limit) return { rows, below: (rows.at(-1) as MessageRow).uid };
        rows.push(row);
      }
      below = wantedBelow(uids, start);
    }
    if (!more) return { rows };
  }
  return { rows, ...(below > 1 ? { below } : {}) };
};

/** Where to go on so that a gap in what is wanted is not read; 1, below which no UID is, where nothing lower is wanted. */
const wantedBelow = (uids: UidSet | undefined, below: number): number => {
  if (uids === undefined) return below;
  const range = uids.findLast(([first]) => first < below);
  return range === undefined ? 1 : Math.min(below, range[1] + 1);
};

/** The rows of one segment that carry the one keyword and not the other. */
function* newestFirst(
  start: number,
  bytes: Uint8Array,
  keyword: Keyword | undefined,
  notKeyword: Keyword | undefined,
): Generator<MessageRow> {
  const { uids, combinationOf, combinations } = decodeSegment(start, bytes);
  const wanted = combinations.map(
    (keywords) =>
      (keyword === undefined || keywords.includes(keyword)) &&
      (notKeyword === undefined || !keywords.includes(notKeyword)),
  );
  for (let i = uids.length - 1; i >= 0; i -= 1) {
    const combination = combinationOf[i] as number;
    if (wanted[combination] === true) yield { uid: uids[i] as number, keywords: combinations[combination] ?? [] };
  }
}

export const invalidPlace = (): MailyardError =>
  invalid('cursor', 'is of another folder, or the folder was made anew; begin without it');

const invalid = (pointer: string, detail: string): MailyardError =>
  new MailyardError('validation.failed', `${pointer} ${detail}`, { fields: [{ pointer, detail }] });
