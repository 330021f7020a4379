/** The kinds of effects. Adding one: its command in sync/journal.ts, its file here, its line below, its test. */
import type { EffectCommand } from '../../sync/journal.ts';
import { copyEffect } from './copy.ts';
import { createFolderEffect } from './create-folder.ts';
import { deleteFolderEffect } from './delete-folder.ts';
import { draftEffect } from './draft.ts';
import type { EffectKindOf, EffectTable } from './kind.ts';
import { laterEffect } from './later.ts';
import { moveEffect } from './move.ts';
import { removeEffect } from './remove.ts';
import { renameFolderEffect } from './rename-folder.ts';
import { storeEffect } from './store.ts';

export const EFFECTS: EffectTable = {
  store: storeEffect,
  copy: copyEffect,
  move: moveEffect,
  draft: draftEffect,
  remove: removeEffect,
  later: laterEffect,
  createFolder: createFolderEffect,
  renameFolder: renameFolderEffect,
  deleteFolder: deleteFolderEffect,
};

/** The kind of a command; its methods take that command and no other, which TypeScript cannot follow through the table. */
export const effectOf = (command: EffectCommand): EffectKindOf<EffectCommand> =>
  EFFECTS[command.kind] as unknown as EffectKindOf<EffectCommand>;
