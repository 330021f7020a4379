/** What the language knows and nobody carries out yet: a rule that asks for it is refused, and not kept as if it worked. */
import type { FieldProblem } from '../errors.ts';
import type { RuleInput } from './rule.ts';
import { walkConditions } from './walk-conditions.ts';

export type Support = {
  readonly triggers: ReadonlySet<string>;
  /** Conditions that nobody can answer, with the reason; given the value when it depends on it. */
  readonly missingConditions: ReadonlyMap<string, (value: unknown) => string | undefined>;
  readonly missingActions: ReadonlySet<string>;
};

const NOT_YET = 'is not carried out yet';

const needsServer = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'authservId' in value
    ? undefined
    : 'must name the server whose results are believed: {"result": ..., "authservId": "mx.example.com"}';

/** Whoever builds what is missing takes it out of here. */
export const SUPPORT: Support = {
  triggers: new Set(['arrived', 'flagsChanged', 'movedInto', 'aged', 'scheduled', 'manual']),
  missingConditions: new Map([
    ['dmarc', needsServer],
    ['spf', needsServer],
    ['dkim', needsServer],
  ]),
  missingActions: new Set(),
};

/** Everything: for trying the language out. */
export const FULL_SUPPORT: Support = {
  triggers: new Set(['arrived', 'flagsChanged', 'movedInto', 'aged', 'scheduled', 'manual']),
  missingConditions: new Map(),
  missingActions: new Set(),
};

export const supportProblems = (rule: RuleInput, support: Support): FieldProblem[] => [
  ...(support.triggers.has(rule.trigger.type)
    ? []
    : [
        {
          pointer: '/trigger/type',
          detail: `${rule.trigger.type} ${NOT_YET}; known are ${[...support.triggers].join(', ')}`,
        },
      ]),
  ...[...walkConditions(rule)].flatMap(({ pointer, name, value }) => {
    const detail = support.missingConditions.get(name)?.(value);
    return detail === undefined ? [] : [{ pointer, detail }];
  }),
  ...rule.actions.flatMap(({ type }, index) =>
    support.missingActions.has(type) ? [{ pointer: `/actions/${index}/type`, detail: `${type} ${NOT_YET}` }] : [],
  ),
];
