/**
 * The end of a folder. DELETE takes its messages along, and one may arrive after it was seen to be empty: so an empty folder
 * is put aside under another name first, where no mail is filed, looked at once more, and only then deleted.
 */
import { deleteFolder, folderStatus, hasChildren, renameFolder } from '../../imap/folders.ts';
import type { DeleteFolderCommand, SkipReason } from '../../sync/journal.ts';
import type { Attempt, EffectKindOf, EffectRun, Outcome } from './kind.ts';

const run = async (effectRun: EffectRun, attempt: Attempt<DeleteFolderCommand>): Promise<Outcome> => {
  const { session, account, now } = effectRun;
  const { source, destroy, aside, delimiter } = attempt.command;
  const skipped = (reason: SkipReason): Outcome => ({
    state: 'skipped',
    attempt: attempt.attempt,
    reason,
    at: now(),
  });
  const done: Outcome = { state: 'done', attempt: attempt.attempt, evidence: { by: 'listing' }, at: now() };
  if (destroy && account.allowDestroy !== true) return skipped('destroy-not-allowed');
  const before = await folderStatus(session, source.path);
  const wasSent = attempt.sentBefore !== undefined;
  const isAside = async (): Promise<boolean> =>
    (await folderStatus(session, aside))?.uidValidity === source.uidValidity;
  if (before === undefined) {
    if (!wasSent) return skipped('mailbox-missing');
    if (!(await isAside())) return done;
  } else {
    if (before.uidValidity !== source.uidValidity) return skipped('uidvalidity-changed');
    if (await hasChildren(session, source.path, delimiter)) return skipped('mailbox-has-children');
    if (!destroy && before.messages > 0) return skipped('mailbox-not-empty');
    await attempt.markSent();
    await renameFolder(session, source.path, aside);
    if (!(await isAside())) return skipped('mailbox-not-changed');
  }
  if (!destroy && ((await folderStatus(session, aside))?.messages ?? 0) > 0) {
    await renameFolder(session, aside, source.path);
    return skipped('mailbox-not-empty');
  }
  await deleteFolder(session, aside);
  if (!(await isAside())) return done;
  await renameFolder(session, aside, source.path);
  return skipped('mailbox-not-changed');
};

export const deleteFolderEffect: EffectKindOf<DeleteFolderCommand> = {
  isIdempotent: () => true,
  run,
  enter: async (books, { command }) => {
    const cursor = books.cursorAt(command.source.path);
    if (cursor?.uidValidity === command.source.uidValidity) books.drop(cursor);
  },
  undo: ({ command }) =>
    command.destroy
      ? { impossible: 'a folder that was deleted with its messages cannot be brought back' }
      : { changes: [{ kind: 'createFolder', path: command.source.path }] },
  tell: ({ source }) => `folder ${source.path} deleted`,
};
