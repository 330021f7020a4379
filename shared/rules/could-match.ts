/** Whether a rule may match a message of which only the keywords are known: what needs more is taken to hold. */
import { pushDown } from './push-down.ts';
import type { Rule } from './rule.ts';
import type { Search } from './search.ts';

export const couldMatch = (rule: Pick<Rule, 'conditions' | 'exceptions'>, keywords: ReadonlySet<string>): boolean => {
  const search = pushDown([rule], { texts: true, sizes: true });
  return search === undefined || holds(search, keywords) !== false;
};

/** undefined: keywords alone do not tell. */
const holds = (search: Search, keywords: ReadonlySet<string>): boolean | undefined => {
  if ('keyword' in search) return keywords.has(search.keyword);
  if ('not' in search) {
    const inner = holds(search.not, keywords);
    return inner === undefined ? undefined : !inner;
  }
  if ('all' in search) {
    const each = search.all.map((one) => holds(one, keywords));
    return each.includes(false) ? false : each.includes(undefined) ? undefined : true;
  }
  if ('any' in search) {
    const each = search.any.map((one) => holds(one, keywords));
    return each.includes(true) ? true : each.includes(undefined) ? undefined : false;
  }
  return undefined;
};
