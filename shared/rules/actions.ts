/** The kinds of actions. Adding one: its file in actions/, its test, its line here. */
import * as z from 'zod';
import type { AnyActionKind } from './action-kind.ts';
import { addKeywordsAction } from './actions/add-keywords.ts';
import { archiveAction } from './actions/archive.ts';
import { copyAction } from './actions/copy.ts';
import { createDraftAction } from './actions/create-draft.ts';
import { destroyAction } from './actions/destroy.ts';
import { expireAction } from './actions/expire.ts';
import { flagAction } from './actions/flag.ts';
import { functionAction } from './actions/function.ts';
import { keepAction } from './actions/keep.ts';
import { markJunkAction } from './actions/mark-junk.ts';
import { markNotJunkAction } from './actions/mark-not-junk.ts';
import { markSeenAction } from './actions/mark-seen.ts';
import { markUnseenAction } from './actions/mark-unseen.ts';
import { moveAction } from './actions/move.ts';
import { removeKeywordsAction } from './actions/remove-keywords.ts';
import { setImportanceAction } from './actions/set-importance.ts';
import { snoozeAction } from './actions/snooze.ts';
import { stopAction } from './actions/stop.ts';
import { trashAction } from './actions/trash.ts';
import { unflagAction } from './actions/unflag.ts';
import { webhookAction } from './actions/webhook.ts';

const KINDS = [
  moveAction,
  copyAction,
  archiveAction,
  trashAction,
  markJunkAction,
  markNotJunkAction,
  destroyAction,
  markSeenAction,
  markUnseenAction,
  flagAction,
  unflagAction,
  addKeywordsAction,
  removeKeywordsAction,
  setImportanceAction,
  createDraftAction,
  expireAction,
  snoozeAction,
  webhookAction,
  functionAction,
  stopAction,
  keepAction,
] as const;

export const ACTION_KINDS: ReadonlyMap<string, AnyActionKind> = new Map(KINDS.map((kind) => [kind.type, kind]));

type SchemasOf<Kinds extends readonly { readonly schema: z.ZodObject }[]> = {
  [Index in keyof Kinds]: Kinds[Index]['schema'];
};
const schemas = KINDS.map((kind) => kind.schema) as unknown as SchemasOf<typeof KINDS>;

export const actionSchema = z.discriminatedUnion('type', schemas, {
  error: () => `must be an action with a type: one of ${KINDS.map((kind) => kind.type).join(', ')}`,
});

export type Action = z.infer<typeof actionSchema>;
