/** A tree of conditions against one message, in three values: what is not known never makes a rule fire. */
import { LIMITS } from '../limits.ts';
import type { Verdict } from './condition-kind.ts';
import { CONDITION_KINDS, type FilterCondition } from './conditions.ts';
import type { ConditionTrace } from './effect.ts';
import type { FactView } from './fact-view.ts';
import { type Filter, isOperator } from './filter.ts';
import type { Simulation } from './simulation.ts';

export type FilterVerdict = { readonly verdict: Verdict['verdict']; readonly conditions: readonly ConditionTrace[] };

/** Stops at the first condition that decides; the others are traced as not evaluated. */
export const evaluateFilter = (filter: Filter, view: FactView, simulation: Simulation): FilterVerdict => {
  const conditions: ConditionTrace[] = [];
  const verdict = walk(filter, { view, simulation, conditions }, 0, false);
  return { verdict, conditions };
};

type Walk = { readonly view: FactView; readonly simulation: Simulation; readonly conditions: ConditionTrace[] };

const walk = (filter: Filter, at: Walk, depth: number, decided: boolean): Verdict['verdict'] => {
  if (!isOperator(filter)) return walkCondition(filter, at, decided);
  // Rules are bounded when they are saved; one that came otherwise must not overflow the stack.
  if (depth > LIMITS.conditionDepthMax) return 'unknown';
  const { operator } = filter;
  // AND is decided by the first false, OR and NOT by the first true.
  const deciding = operator !== 'AND';
  let verdict: Verdict['verdict'] = !deciding;
  for (const condition of filter.conditions) {
    const one = walk(condition, at, depth + 1, decided || verdict === deciding);
    verdict = verdict === deciding || one === deciding ? deciding : verdict === 'unknown' ? verdict : one;
  }
  return operator === 'NOT' && verdict !== 'unknown' ? !verdict : verdict;
};

const walkCondition = (condition: FilterCondition, { view, simulation, conditions }: Walk, decided: boolean) => {
  let verdict: Verdict['verdict'] = true;
  for (const [name, value] of Object.entries(condition)) {
    if (value === undefined) continue;
    if (decided || verdict === false) {
      conditions.push({ condition: name, verdict: 'notEvaluated', why: 'an earlier condition decided' });
      continue;
    }
    const one = CONDITION_KINDS.get(name)?.evaluate(value as never, view, simulation) ?? NOT_KNOWN;
    const traced = one.verdict === 'unknown' ? 'notEvaluated' : one.verdict ? 'true' : 'false';
    conditions.push({ condition: name, verdict: traced, why: one.why });
    if (one.verdict !== true) verdict = one.verdict;
  }
  return verdict;
};

/** A rule stored by a later version: what it asks for is not ignored. */
const NOT_KNOWN: Verdict = { verdict: 'unknown', why: 'is not known here' };
