/** Actions that move to the folder of a role, some with keywords that say why. */
import * as z from 'zod';
import type { Role } from '../../mail/folder.ts';
import type { ActionKind, At, Outcome } from '../action-kind.ts';
import { strictObject } from '../strict-object.ts';
import { storeChange } from './store-keywords.ts';
import { decideMove } from './target-mailbox.ts';

type Change = { readonly add?: readonly string[]; readonly remove?: readonly string[] };

export const moveToRole = <Type extends string>(type: Type, role: Role, change: Change = {}) => {
  const schema = strictObject({ type: z.literal(type) });
  const kind: ActionKind<typeof schema> = {
    type,
    schema,
    needs: () => ({}),
    intent: () => ({ ...change, moves: true }),
    decide: (_action, at) => {
      const marked = storeChange(change, at);
      const moved = decideMove({ mailbox: { role }, create: false }, { ...at, simulation: marked.simulation });
      return joined(marked, moved, at);
    },
  };
  return kind;
};

/** Where the message cannot be moved, the keywords still say what it is; one that lies there already is no problem then. */
const joined = (marked: Outcome, moved: Outcome, { simulation }: At): Outcome => {
  const effects = [...(marked.effects ?? []), ...(moved.effects ?? [])];
  const isThere = moved.problem?.reason === 'already-there' && marked.simulation !== simulation;
  return {
    ...(effects.length === 0 ? {} : { effects }),
    ...(moved.problem === undefined || isThere ? {} : { problem: moved.problem }),
    simulation: moved.simulation,
  };
};
