/** A new folder: creating what is there changes nothing, so it may be sent twice. */
import { createFolder, folderStatus } from '../../imap/folders.ts';
import type { CreateFolderCommand } from '../../sync/journal.ts';
import type { Attempt, EffectKindOf, EffectRun, Outcome } from './kind.ts';
import { targetCursor } from './target.ts';

const run = async ({ session, now }: EffectRun, attempt: Attempt<CreateFolderCommand>): Promise<Outcome> => {
  const { path } = attempt.command.source;
  const before = await folderStatus(session, path);
  if (before !== undefined && attempt.sentBefore === undefined) {
    return { state: 'skipped', attempt: attempt.attempt, reason: 'mailbox-exists', at: now() };
  }
  await attempt.markSent();
  const made =
    before !== undefined || (await createFolder(session, path)) ? await folderStatus(session, path) : undefined;
  if (made === undefined) return { state: 'skipped', attempt: attempt.attempt, reason: 'mailbox-not-made', at: now() };
  const evidence = { by: 'listing' as const, targetUidValidity: made.uidValidity };
  return { state: 'done', attempt: attempt.attempt, evidence, at: now() };
};

export const createFolderEffect: EffectKindOf<CreateFolderCommand> = {
  isIdempotent: () => true,
  run,
  enter: async (books, { command, state }) => {
    targetCursor(books, command.source.path, state.evidence.targetUidValidity);
  },
  undo: ({ command }) => ({ changes: [{ kind: 'deleteFolder', path: command.source.path }] }),
  tell: ({ source }) => `folder ${source.path} made`,
};
