/** What a function wants done, checked: it can never do what the owner's rule does not permit. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { type Action, actionSchema } from './actions.ts';
import { contradictions } from './contradictions.ts';
import { fieldProblems } from './field-problems.ts';
import { boundsProblem } from './input-bounds.ts';

/** The actions, or why none of them is carried out. */
export const readAnswer = (answer: {
  readonly actions: unknown;
  readonly permits: readonly string[];
}): Action[] | string => {
  const bounds = boundsProblem(answer.actions);
  if (bounds !== undefined) return `its answer ${bounds.detail}`;
  const parsed = answerSchema.safeParse(answer.actions);
  if (!parsed.success) {
    const [problem] = fieldProblems(parsed.error);
    return `its answer is not right: ${problem?.pointer ?? ''} ${problem?.detail ?? ''}`.trim();
  }
  const foreign = parsed.data.find(({ type }) => !answer.permits.includes(type));
  if (foreign !== undefined) return `it answered ${foreign.type}, which the rule does not permit`;
  const [contradiction] = contradictions(parsed.data);
  return contradiction === undefined ? parsed.data : `its answer contradicts itself: ${contradiction.detail}`;
};

const answerSchema = z.array(actionSchema).max(LIMITS.actionsPerRuleMax);
