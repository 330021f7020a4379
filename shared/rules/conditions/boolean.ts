/** Conditions that ask yes or no: `true` wants it so, `false` wants it not so. */
import * as z from 'zod';
import { type ConditionKind, type ConditionNeeds, unknown, verdicts } from '../condition-kind.ts';
import type { EvaluateContext } from '../context.ts';
import type { FactView } from '../fact-view.ts';
import type { Search } from '../search.ts';

export const booleanCondition = (kind: {
  readonly name: string;
  readonly needs?: ConditionNeeds;
  readonly yes: string;
  readonly no: string;
  /** What is said when `compile` gave undefined, for all messages or for one. */
  readonly notKnown?: string;
  readonly compile: (context: EvaluateContext) => ((view: FactView) => boolean | undefined) | undefined;
  /** What messages of which it is true are found by. */
  readonly search?: Search;
}): ConditionKind<boolean> => {
  const notKnown = unknown(kind.notKnown ?? 'is not known');
  const { search } = kind;
  return {
    name: kind.name,
    schema: z.boolean('must be true or false'),
    needs: () => kind.needs ?? {},
    compile: (value, context) => {
      const says = value ? verdicts(kind.yes, kind.no) : verdicts(kind.no, kind.yes);
      const test = kind.compile(context);
      if (test === undefined) return () => notKnown;
      return (view) => {
        const isSo = test(view);
        return isSo === undefined ? notKnown : says(isSo === value);
      };
    },
    ...(search === undefined ? {} : { search: (value) => (value ? search : undefined) }),
  };
};

/** Those that read BODYSTRUCTURE. */
export const structureCondition = (kind: {
  readonly name: string;
  readonly yes: string;
  readonly no: string;
  readonly holds: (parts: NonNullable<FactView['facts']['parts']>) => boolean;
}): ConditionKind<boolean> =>
  booleanCondition({
    ...kind,
    needs: { structure: true },
    notKnown: 'the structure was not read',
    compile:
      () =>
      ({ facts: { parts } }) =>
        parts === undefined ? undefined : kind.holds(parts),
  });
