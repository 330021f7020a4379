/** What can be told of a tree of conditions without a message: that it always holds, or never. Unsure answers are no. */
import type { FieldProblem } from '../errors.ts';
import { CONDITION_KINDS, type FilterCondition } from './conditions.ts';
import { durationMs } from './duration.ts';
import type { Filter } from './filter.ts';
import { isOperator } from './filter-tree.ts';
import { pointerTo } from './input-bounds.ts';

export const holdsAlways = (filter: Filter): boolean => {
  if (!isOperator(filter)) {
    return Object.entries(filter).every(
      ([name, value]) => value === undefined || CONDITION_KINDS.get(name)?.isTrivial?.(value as never) === true,
    );
  }
  const { operator, conditions } = filter;
  if (operator === 'AND') return conditions.every(holdsAlways);
  if (operator === 'OR') return conditions.some(holdsAlways);
  return conditions.every((one) => canNeverHold(one, []) !== undefined);
};

/** Where it contradicts itself, and how; undefined when it may hold. */
export const canNeverHold = (filter: Filter, path: readonly PropertyKey[]): FieldProblem | undefined => {
  if (!isOperator(filter)) return contradictionIn([{ condition: filter, path }]);
  const children = filter.conditions.map((child, n) => ({ child, path: [...path, 'conditions', n] }));
  const never = children.map(({ child, path: below }) => canNeverHold(child, below));
  if (filter.operator === 'OR') return never.every((one) => one !== undefined) ? never[0] : undefined;
  if (filter.operator === 'AND') {
    const leaves = children.flatMap(({ child, path: below }) =>
      isOperator(child) ? [] : [{ condition: child, path: below }],
    );
    return never.find((one) => one !== undefined) ?? contradictionIn(leaves);
  }
  const always = children.find(({ child }) => holdsAlways(child));
  return always === undefined
    ? undefined
    : { pointer: pointerTo(always.path), detail: 'always holds, and stands under NOT' };
};

type Leaf = { readonly condition: FilterCondition; readonly path: readonly PropertyKey[] };

/** Two conditions that must both hold and cannot. */
const contradictionIn = (leaves: readonly Leaf[]): FieldProblem | undefined => {
  const seen = new Map<string, { value: unknown; pointer: string }[]>();
  for (const { condition, path } of leaves) {
    for (const [name, value] of Object.entries(condition)) {
      if (value === undefined) continue;
      const pointer = pointerTo([...path, name]);
      const against = (OPPOSITES[name] ?? []).find(({ name: other, excludes }) =>
        seen.get(other)?.some((one) => excludes(value as never, one.value as never)),
      );
      const other =
        against === undefined
          ? undefined
          : seen.get(against.name)?.find((one) => against.excludes(value as never, one.value as never));
      if (other !== undefined) return { pointer, detail: `can never hold together with ${other.pointer}` };
      seen.set(name, [...(seen.get(name) ?? []), { value, pointer }]);
    }
  }
  return undefined;
};

type Opposite = { readonly name: string; readonly excludes: (mine: never, theirs: never) => boolean };

const opposite = <Mine, Theirs>(name: string, excludes: (mine: Mine, theirs: Theirs) => boolean): Opposite => ({
  name,
  excludes,
});

const same = (mine: unknown, theirs: unknown): boolean => mine === theirs;
const other = (mine: unknown, theirs: unknown): boolean => mine !== theirs;

const EITHER_OR = [
  ...['hasAttachment', 'isEncrypted', 'isSigned', 'isMeetingRequest', 'isMeetingResponse', 'isNonDeliveryReport'],
  ...['isReadReceipt', 'isReply', 'isList', 'isBulk', 'isNoReply', 'isAutomaticReply', 'sentToMe', 'sentCcMe'],
  ...['sentOnlyToMe', 'sentToOrCcMe', 'notSentToMe', 'duplicate', 'importance', 'sensitivity'],
];

/** For each condition, those it may exclude, whichever is met first. */
const OPPOSITES: Readonly<Record<string, readonly Opposite[]>> = {
  ...Object.fromEntries(EITHER_OR.map((name) => [name, [opposite(name, other)]])),
  sentToMe: [opposite('sentToMe', other), opposite('notSentToMe', same)],
  notSentToMe: [opposite('notSentToMe', other), opposite('sentToMe', same)],
  hasKeyword: [opposite('notKeyword', same)],
  notKeyword: [opposite('hasKeyword', same)],
  minSize: [opposite<number, number>('maxSize', (min, max) => min >= max)],
  maxSize: [opposite<number, number>('minSize', (max, min) => min >= max)],
  before: [opposite<string, string>('after', (before, after) => Date.parse(after) >= Date.parse(before))],
  after: [opposite<string, string>('before', (after, before) => Date.parse(after) >= Date.parse(before))],
  age: [opposite<Age, Age>('age', (mine, theirs) => excludesAge(mine, theirs) || excludesAge(theirs, mine))],
};

type Age = { readonly atLeast?: string; readonly under?: string };

const excludesAge = ({ atLeast }: Age, { under }: Age): boolean =>
  atLeast !== undefined &&
  under !== undefined &&
  (durationMs(atLeast) ?? 0) >= (durationMs(under) ?? Number.POSITIVE_INFINITY);
