/** The messages of a folder as the mirror knows them, newest first, in pages of bounded work. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Keyword } from '../mail/keyword.ts';
import { formatMessageId } from '../mail/message.ts';
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
  { keyword, notKeyword, limit, after }: MessagesWanted,
): Promise<{ rows: readonly MessageRow[]; below?: number }> => {
  const rows: MessageRow[] = [];
  let below = after?.uid;
  for (let read = 0; read < LIMITS.segmentsPerAnswerMax; read += SEGMENTS_PER_READ) {
    const { segments, more } = await pageOfSegments(
      table,
      ref,
      { folderId: folder.id, uidValidity: folder.uidValidity },
      { limit: SEGMENTS_PER_READ, ...(below === undefined ? {} : { before: below }) },
    );
    for (const { start, bytes } of segments) {
      for (const row of newestFirst(start, bytes, below, keyword, notKeyword)) {
        if (rows.length === limit) return { rows, below: (rows.at(-1) as MessageRow).uid };
        rows.push(row);
      }
      below = start;
    }
    if (!more || below === undefined) return { rows };
  }
  return { rows, ...(below === undefined ? {} : { below }) };
};

/** The rows of one segment below a UID that carry the one keyword and not the other. */
function* newestFirst(
  start: number,
  bytes: Uint8Array,
  below: number | undefined,
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
    const uid = uids[i] as number;
    const combination = combinationOf[i] as number;
    if ((below !== undefined && uid >= below) || wanted[combination] !== true) continue;
    yield { uid, keywords: combinations[combination] ?? [] };
  }
}

export const invalidPlace = (): MailyardError =>
  invalid('cursor', 'is of another folder, or the folder was made anew; begin without it');

const invalid = (pointer: string, detail: string): MailyardError =>
  new MailyardError('validation.failed', `${pointer} ${detail}`, { fields: [{ pointer, detail }] });
