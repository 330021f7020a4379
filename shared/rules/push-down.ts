/** What a server can be asked before a rule is put to messages that are already there. The answer is verified, never believed. */
import { CONDITION_KINDS } from './conditions.ts';
import type { Filter } from './filter.ts';
import { isOperator } from './filter-tree.ts';
import type { Rule } from './rule.ts';
import type { Search } from './search.ts';

/**
 * What the server's SEARCH is known to do rightly. Gmail and Exchange find words and not texts, iCloud errs with sizes and texts,
 * an index may lag: where nothing is known, only keywords and dates are asked for.
 */
export type SearchTrust = { readonly texts: boolean; readonly sizes: boolean };

/**
 * Finds at least every message that one of the rules matches, if they are put to what is found in their order: a message that
 * none matches is changed by none. undefined when all messages have to be looked at.
 */
export const pushDown = (
  rules: readonly Pick<Rule, 'conditions' | 'exceptions'>[],
  trust: SearchTrust,
): Search | undefined => {
  const found = rules.map((rule) => ruleSearch(rule, trust));
  if (found.length === 0 || found.includes(undefined)) return undefined;
  return any(found.filter((one) => one !== undefined));
};

const ruleSearch = (
  { conditions, exceptions }: Pick<Rule, 'conditions' | 'exceptions'>,
  trust: SearchTrust,
): Search | undefined => {
  const excepted = exceptions === undefined ? undefined : without(bounds(exceptions, trust));
  return all([bounds(conditions, trust).search, excepted]);
};

/** `search` finds at least all; `isExact` when it finds nothing else, so that what is not found may be asked for, too. */
type Bounds = { readonly search: Search | undefined; readonly isExact: boolean };

const bounds = (filter: Filter, trust: SearchTrust): Bounds => {
  if (!isOperator(filter)) {
    const leaves = Object.entries(filter).flatMap(([name, value]) =>
      value === undefined ? [] : [leaf(name, value, trust)],
    );
    return { search: all(leaves.map(({ search }) => search)), isExact: leaves.every(({ isExact }) => isExact) };
  }
  const children = filter.conditions.map((child) => bounds(child, trust));
  const isExact = children.every((child) => child.isExact);
  if (filter.operator === 'AND') return { search: all(children.map(({ search }) => search)), isExact };
  if (filter.operator === 'NOT') return { search: all(children.map(without)), isExact };
  const searches = children.flatMap(({ search }) => search ?? []);
  return { search: searches.length < children.length ? undefined : any(searches), isExact };
};

const without = ({ search, isExact }: Bounds): Search | undefined =>
  search === undefined || !isExact ? undefined : { not: search };

const leaf = (name: string, value: unknown, trust: SearchTrust): Bounds => {
  const search = CONDITION_KINDS.get(name)?.search?.(value as never);
  if (search === undefined || !isTrusted(search, trust)) return { search: undefined, isExact: false };
  // Of two sizes under NOT, Dovecot keeps the wrong one; dates are widened.
  return { search, isExact: name === 'hasKeyword' || name === 'notKeyword' };
};

const isTrusted = (search: Search, trust: SearchTrust): boolean => {
  if ('all' in search) return search.all.every((one) => isTrusted(one, trust));
  if ('any' in search) return search.any.every((one) => isTrusted(one, trust));
  if ('not' in search) return isTrusted(search.not, trust);
  if ('header' in search) return trust.texts;
  return 'larger' in search || 'smaller' in search ? trust.sizes : true;
};

const all = (searches: readonly (Search | undefined)[]): Search | undefined => {
  const known = searches.filter((one) => one !== undefined);
  return known.length < 2 ? known[0] : { all: known };
};

const any = (searches: readonly Search[]): Search | undefined =>
  searches.length === 1 ? searches[0] : { any: searches };
