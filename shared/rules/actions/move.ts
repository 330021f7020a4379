/** `move`: the message goes to another folder; rules after this one see it there. */
import type { ActionKind } from '../action-kind.ts';
import { decideMove, targetNeeds, targetSchema } from './target-mailbox.ts';

const schema = targetSchema('move');

export const moveAction: ActionKind<typeof schema> = {
  type: 'move',
  schema,
  needs: targetNeeds,
  intent: () => ({ moves: true }),
  decide: decideMove,
};
