/** The functions that a rule calls, in its conditions and in its actions. */
import type { FunctionCall } from './function-call.ts';
import type { RuleInput } from './rule.ts';
import { walkConditions } from './walk-conditions.ts';

type Calling = Pick<RuleInput, 'conditions' | 'exceptions' | 'actions'>;

export const functionCallsOf = (rule: Calling): FunctionCall[] => functionPointers(rule).map(({ call }) => call);

/** With the place in the rule (RFC 6901). */
export const functionPointers = (rule: Calling): { readonly pointer: string; readonly call: FunctionCall }[] => [
  ...[...walkConditions(rule)].flatMap(({ pointer, name, value }) =>
    name === 'function' ? [{ pointer, call: value as FunctionCall }] : [],
  ),
  ...rule.actions.flatMap((action, i) => {
    if (action.type !== 'function') return [];
    const { type: _type, permits: _permits, ...call } = action;
    return [{ pointer: `/actions/${i}`, call }];
  }),
];
