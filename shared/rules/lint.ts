/** What is right in a rule and yet most likely not meant: warnings on save, each with a pointer into the rule. */
import { isDeepStrictEqual } from 'node:util';
import type { FieldProblem } from '../errors.ts';
import { findFolder, type ListedFolder, refText } from '../mail/folder.ts';
import { CONDITION_KINDS } from './conditions.ts';
import type { Filter } from './filter.ts';
import { canNeverHold, holdsAlways } from './filter-logic.ts';
import { isOperator } from './filter-tree.ts';
import { resolvePath } from './mailbox-ref.ts';
import { needsOfFilter } from './needs.ts';
import type { Rule } from './rule.ts';
import { moveLoop } from './rule-loops.ts';
import { hasPlaceholders } from './template.ts';
import { walkConditions } from './walk-conditions.ts';

export type Warning = FieldProblem & {
  readonly code:
    | 'unreachable'
    | 'loop'
    | 'contradictory'
    | 'matches-everything'
    | 'mailbox-missing'
    | 'reads-every-body'
    | 'stops-nothing';
};

export type LintContext = {
  /** The owner's rules; the one looked at may be among them under its id. */
  readonly rules: readonly Rule[];
  /** By account; folders of accounts that are not here are not looked for. */
  readonly folders: ReadonlyMap<string, readonly ListedFolder[]>;
};

/** The warnings for one rule among the others, in the order of the rule's fields. */
export const lintRule = (rule: Rule, context: LintContext): Warning[] => {
  const others = context.rules.filter(({ id, mode }) => id !== rule.id && mode !== 'off');
  return [
    ...unreachable(rule, others),
    ...contradictory(rule),
    ...matchesEverything(rule),
    ...readsEveryBody(rule),
    ...missingMailboxes(rule, context.folders),
    ...loops(rule, others, context.folders),
    ...stopsNothing(rule),
  ];
};

/** An earlier rule that stops takes every message that could come here: the same conditions, or none at all. */
const unreachable = (rule: Rule, others: readonly Rule[]): Warning[] => {
  const earlier = others.find(
    (other) =>
      stops(other) &&
      other.exceptions === undefined &&
      isBefore(other, rule) &&
      other.trigger.type === rule.trigger.type &&
      coversAccounts(other, rule) &&
      rule.mailboxes.every((ref) => other.mailboxes.some((one) => isDeepStrictEqual(one, ref))) &&
      (holdsAlways(other.conditions) || implies(rule.conditions, other.conditions)),
  );
  if (earlier === undefined) return [];
  const detail = `is never asked: ${JSON.stringify(earlier.name)} takes every such message before it and stops`;
  return [{ code: 'unreachable', pointer: '/sequence', detail }];
};

const stops = (rule: Rule): boolean =>
  rule.stopProcessingRules || rule.actions.some(({ type }) => type === 'stop' || type === 'destroy');

const isBefore = (a: Rule, b: Rule): boolean => a.sequence < b.sequence || (a.sequence === b.sequence && a.id < b.id);

const coversAccounts = (wide: Rule, narrow: Rule): boolean =>
  wide.accountIds === undefined || (narrow.accountIds?.every((id) => wide.accountIds?.includes(id)) ?? false);

/** Whether what `narrow` asks for is known to hold all that `wide` asks for; only sure where it is written so. */
const implies = (narrow: Filter, wide: Filter): boolean => {
  if (isDeepStrictEqual(narrow, wide)) return true;
  if (isOperator(narrow) && narrow.operator === 'AND') return narrow.conditions.some((one) => implies(one, wide));
  if (isOperator(wide) && wide.operator === 'OR') return wide.conditions.some((one) => implies(narrow, one));
  if (isOperator(narrow) || isOperator(wide)) return false;
  return Object.entries(wide).every(
    ([name, value]) => value === undefined || isDeepStrictEqual((narrow as Record<string, unknown>)[name], value),
  );
};

const contradictory = (rule: Rule): Warning[] => {
  const never = canNeverHold(rule.conditions, ['conditions']);
  if (never !== undefined) return [{ code: 'contradictory', ...never }];
  if (rule.exceptions === undefined) return [];
  const isExcepted = holdsAlways(rule.exceptions) || implies(rule.conditions, rule.exceptions);
  const detail = 'hold for every message that the conditions hold for: the rule never matches';
  return isExcepted ? [{ code: 'contradictory', pointer: '/exceptions', detail }] : [];
};

const matchesEverything = (rule: Rule): Warning[] => {
  // An event, a time or the owner's own hand already picks the messages.
  if (rule.trigger.type !== 'arrived' || rule.exceptions !== undefined || !holdsAlways(rule.conditions)) return [];
  const detail = 'hold for every message that arrives; name conditions unless this is meant';
  return [{ code: 'matches-everything', pointer: '/conditions', detail }];
};

/** Only conditions that cost nothing keep a body from being fetched; fetching is for all rules at once. */
const readsEveryBody = (rule: Rule): Warning[] => {
  const reading = [...walkConditions(rule)].find(({ name, value }) => needsBody(name, value));
  if (reading === undefined) return [];
  const detail =
    'reads the text of every message that arrives here, which has to be fetched; from, subject or listId cost less';
  return [{ code: 'reads-every-body', pointer: reading.pointer, detail }];
};

const needsBody = (name: string, value: unknown): boolean =>
  CONDITION_KINDS.has(name) && needsOfFilter({ [name]: value } as Filter).some(({ body }) => body === true);

const missingMailboxes = (rule: Rule, folders: LintContext['folders']): Warning[] => {
  const accounts = [...folders].filter(([id]) => rule.accountIds?.includes(id) ?? true);
  if (accounts.length === 0) return [];
  const isMissing = (ref: Rule['mailboxes'][number]) =>
    accounts.every(([, listed]) => {
      const path = resolvePath(ref, listed);
      return path === undefined || (path !== 'INBOX' && findFolder(listed, { path })?.selectable !== true);
    });
  const watched = rule.mailboxes.flatMap((ref, n) => (isMissing(ref) ? [{ pointer: `/mailboxes/${n}`, ref }] : []));
  const targets = rule.actions.flatMap((action, n) => {
    if (action.type !== 'move' && action.type !== 'copy') return [];
    if (action.create || ('path' in action.mailbox && hasPlaceholders(action.mailbox.path))) return [];
    return isMissing(action.mailbox) ? [{ pointer: `/actions/${n}/mailbox`, ref: action.mailbox }] : [];
  });
  return [...watched, ...targets].map(({ pointer, ref }) => ({
    code: 'mailbox-missing' as const,
    pointer,
    detail: `no account has the folder ${JSON.stringify(refText(ref))}`,
  }));
};

const loops = (rule: Rule, others: readonly Rule[], folders: LintContext['folders']): Warning[] => {
  const listings = folders.size === 0 ? [[]] : [...folders.values()];
  const found = listings.map((listed) => moveLoop(rule, others, listed)).find((loop) => loop !== undefined);
  if (found === undefined) return [];
  const detail = `moves a message round in circles: ${found.path.join(' -> ')}`;
  return [{ code: 'loop', pointer: `/actions/${found.action}`, detail }];
};

const stopsNothing = (rule: Rule): Warning[] => {
  const index = rule.actions.findIndex(({ type }) => type === 'stop');
  if (index < 0 || !rule.stopProcessingRules) return [];
  return [
    { code: 'stops-nothing', pointer: `/actions/${index}`, detail: 'says once more what stopProcessingRules says' },
  ];
};
