/** Actions of one rule that undo each other, seen when the rule is saved. */
import type { FieldProblem } from '../errors.ts';
import { ACTION_KINDS, type Action } from './actions.ts';

/** Two that say where the message ends, or a keyword that is both added and removed (markSeen with markUnseen, flag with unflag). */
export const contradictions = (actions: readonly Action[]): FieldProblem[] => {
  const problems: FieldProblem[] = [];
  const added = new Map<string, number>();
  const removed = new Map<string, number>();
  let move: number | undefined;
  for (const [index, action] of actions.entries()) {
    const intent = ACTION_KINDS.get(action.type)?.intent(action as never) ?? {};
    const pointer = `/actions/${index}`;
    for (const keyword of intent.add ?? []) {
      const other = removed.get(keyword);
      if (other !== undefined)
        problems.push({ pointer, detail: `adds ${keyword}, which /actions/${other} removes; keep one` });
      added.set(keyword, index);
    }
    for (const keyword of intent.remove ?? []) {
      const other = added.get(keyword);
      if (other !== undefined)
        problems.push({ pointer, detail: `removes ${keyword}, which /actions/${other} adds; keep one` });
      removed.set(keyword, index);
    }
    if (intent.moves !== true) continue;
    if (move !== undefined)
      problems.push({
        pointer,
        detail: `says again where the message goes, after /actions/${move}; keep one, or copy`,
      });
    move = index;
  }
  return problems;
};
