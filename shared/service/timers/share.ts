/** What timers hand to the journal about messages of one folder. */
import type { FolderCursor } from '../../sync/cursor.ts';
import { keywordsAt, type MessageList } from '../../sync/message-list.ts';
import type { Decided } from '../apply-rules.ts';
import type { DecidedShare } from '../plan-run.ts';
import type { SeenFolder } from '../seen-messages.ts';

export const shareOf = (cursor: FolderCursor, decided: readonly Decided[]): DecidedShare => ({
  source: { folderId: cursor.id, path: cursor.path, uidValidity: cursor.uidValidity },
  cursor,
  decided,
});

export const placeOf = (cursor: FolderCursor, messages: MessageList): SeenFolder & { readonly path: string } => ({
  id: cursor.id,
  path: cursor.path,
  uidValidity: cursor.uidValidity,
  isThere: (uid) => keywordsAt(messages, uid) !== undefined,
});
