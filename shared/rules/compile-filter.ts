/** A tree of conditions made ready for many messages, in three values: what is not known never makes a rule fire. */
import { LIMITS } from '../limits.ts';
import type { Judge, Verdict } from './condition-kind.ts';
import { unknown } from './condition-kind.ts';
import { CONDITION_KINDS, type FilterCondition } from './conditions.ts';
import type { EvaluateContext } from './context.ts';
import type { ConditionTrace } from './effect.ts';
import type { FactView } from './fact-view.ts';
import type { Filter, FilterOperator } from './filter.ts';
import { isOperator } from './filter-tree.ts';
import { pointerTo } from './input-bounds.ts';
import type { Simulation } from './simulation.ts';

/** With `traces` each condition's verdict is noted there; without, what can no longer decide is not looked at at all. */
export type FilterTest = (view: FactView, simulation: Simulation, traces?: ConditionTrace[]) => Verdict['verdict'];

/** Stops at the first condition that decides; the others are traced as not evaluated. `above` is where the tree stands. */
export const compileFilter = (filter: Filter, context: EvaluateContext, above: readonly PropertyKey[]): FilterTest => {
  const node = compileNode(filter, context, above, 0);
  return (view, simulation, traces) => node(view, simulation, traces, false);
};

type Node = (
  view: FactView,
  simulation: Simulation,
  traces: ConditionTrace[] | undefined,
  decided: boolean,
) => Verdict['verdict'];

const compileNode = (filter: Filter, context: EvaluateContext, path: readonly PropertyKey[], depth: number): Node => {
  if (!isOperator(filter)) return compileCondition(filter, context, path);
  // Rules are bounded when they are saved; one that came otherwise must not overflow the stack.
  return depth > LIMITS.conditionDepthMax ? () => 'unknown' : compileOperator(filter, context, path, depth);
};

const compileOperator = (
  { operator, conditions }: FilterOperator,
  context: EvaluateContext,
  path: readonly PropertyKey[],
  depth: number,
): Node => {
  const nodes = conditions
    .slice(0, LIMITS.conditionsPerRuleMax)
    .map((condition, index) => compileNode(condition, context, [...path, 'conditions', index], depth + 1));
  // AND is decided by the first false, OR and NOT by the first true.
  const deciding = operator !== 'AND';
  return (view, simulation, traces, decided) => {
    let verdict: Verdict['verdict'] = !deciding;
    for (const node of nodes) {
      if (verdict === deciding && traces === undefined) break;
      const one = node(view, simulation, traces, decided || verdict === deciding);
      verdict = verdict === deciding || one === deciding ? deciding : verdict === 'unknown' ? verdict : one;
    }
    return operator === 'NOT' && verdict !== 'unknown' ? !verdict : verdict;
  };
};

type Leaf = {
  readonly judge: Judge;
  readonly pointer: string;
  readonly name: string;
};

const compileCondition = (condition: FilterCondition, context: EvaluateContext, path: readonly PropertyKey[]): Node => {
  const leaves = Object.entries(condition).flatMap(([name, value]): Leaf[] => {
    if (value === undefined) return [];
    const judge = CONDITION_KINDS.get(name)?.compile(value as never, context) ?? NOT_KNOWN;
    return [{ judge, pointer: pointerTo([...path, name]), name }];
  });
  return (view, simulation, traces, decided) => {
    let verdict: Verdict['verdict'] = true;
    for (const { judge, pointer, name } of leaves) {
      if (decided || verdict === false) {
        if (traces === undefined) break;
        traces.push({ pointer, condition: name, verdict: 'notEvaluated', why: 'an earlier condition decided' });
        continue;
      }
      const one = judge(view, simulation);
      if (one.verdict !== true) verdict = one.verdict;
      if (traces === undefined) continue;
      const traced = one.verdict === 'unknown' ? 'notEvaluated' : one.verdict ? 'true' : 'false';
      traces.push({ pointer, condition: name, verdict: traced, why: one.why });
    }
    return verdict;
  };
};

/** A rule stored by a later version: what it asks for is not ignored. */
const UNKNOWN_KIND = unknown('is not known here');
const NOT_KNOWN: Judge = () => UNKNOWN_KIND;
