/** Another name for a folder, and for all below it. After a lost answer the new name under the old UIDVALIDITY shows it. */
import { folderStatus, renameFolder } from '../../imap/folders.ts';
import type { RenameFolderCommand } from '../../sync/journal.ts';
import type { Attempt, EffectKindOf, EffectRun, Outcome } from './kind.ts';

const run = async ({ session, now }: EffectRun, attempt: Attempt<RenameFolderCommand>): Promise<Outcome> => {
  const { source, to } = attempt.command;
  const skipped = (reason: Extract<Outcome, { state: 'skipped' }>['reason']): Outcome => ({
    state: 'skipped',
    attempt: attempt.attempt,
    reason,
    at: now(),
  });
  const isThere = async (): Promise<boolean> => (await folderStatus(session, to))?.uidValidity === source.uidValidity;
  const done = (): Outcome => ({
    state: 'done',
    attempt: attempt.attempt,
    evidence: { by: 'listing', targetUidValidity: source.uidValidity },
    at: now(),
  });
  const before = await folderStatus(session, source.path);
  if (before === undefined) {
    return attempt.sentBefore !== undefined && (await isThere()) ? done() : skipped('mailbox-missing');
  }
  if (before.uidValidity !== source.uidValidity) return skipped('uidvalidity-changed');
  if ((await folderStatus(session, to)) !== undefined) return skipped('mailbox-exists');
  await attempt.markSent();
  await renameFolder(session, source.path, to);
  return (await isThere()) && (await folderStatus(session, source.path)) === undefined
    ? done()
    : skipped('mailbox-not-changed');
};

export const renameFolderEffect: EffectKindOf<RenameFolderCommand> = {
  isIdempotent: () => true,
  run,
  enter: async (books, { command }) => {
    const { source, to, delimiter } = command;
    for (const cursor of books.cursors()) {
      const isBelow = delimiter !== '' && cursor.path.startsWith(`${source.path}${delimiter}`);
      if (cursor.path !== source.path && !isBelow) continue;
      const path = `${to}${cursor.path.slice(source.path.length)}`;
      books.rename(cursor, { path, ...(cursor.role === undefined ? {} : { role: cursor.role }) });
    }
  },
  undo: ({ command }) => ({ changes: [{ kind: 'renameFolder', path: command.to, to: command.source.path }] }),
  tell: ({ source, to }) => `folder ${source.path} renamed to ${to}`,
};
