/** The kinds of actions. Adding one: its file in actions/, its test, its line here. */
import * as z from 'zod';
import type { AnyActionKind } from './action-kind.ts';
import { addKeywordsAction } from './actions/add-keywords.ts';
import { copyAction } from './actions/copy.ts';
import { createDraftAction } from './actions/create-draft.ts';
import { flagAction } from './actions/flag.ts';
import { markSeenAction } from './actions/mark-seen.ts';
import { markUnseenAction } from './actions/mark-unseen.ts';
import { moveAction } from './actions/move.ts';
import { removeKeywordsAction } from './actions/remove-keywords.ts';
import { stopAction } from './actions/stop.ts';
import { unflagAction } from './actions/unflag.ts';

const KINDS = [
  moveAction,
  copyAction,
  markSeenAction,
  markUnseenAction,
  flagAction,
  unflagAction,
  addKeywordsAction,
  removeKeywordsAction,
  createDraftAction,
  stopAction,
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
