/** A search as the arguments of SEARCH (RFC 9051 section 6.4.4): ASCII on one line, so that no charset and no literal is needed. */
import { flagOf } from '../mail/keyword.ts';
import type { Search, SearchTerm } from './search.ts';

export const formatSearch = (search: Search): string => {
  if ('all' in search) return allOf(search.all);
  if ('not' in search) return `NOT ${formatSearch(search.not)}`;
  if ('any' in search) return search.any.length === 0 ? 'NOT ALL' : anyOf(search.any);
  return formatTerm(search);
};

const allOf = (searches: readonly Search[]): string => {
  const formatted = searches.map(formatSearch);
  return formatted.length === 0 ? 'ALL' : formatted.length === 1 ? (formatted[0] ?? '') : `(${formatted.join(' ')})`;
};

/** OR takes two; halves keep the nesting low, as servers bound it. */
const anyOf = (searches: readonly Search[]): string => {
  const [only] = searches;
  if (only !== undefined && searches.length === 1) return formatSearch(only);
  const middle = searches.length >> 1;
  return `OR ${anyOf(searches.slice(0, middle))} ${anyOf(searches.slice(middle))}`;
};

const formatTerm = (term: SearchTerm): string => {
  if ('keyword' in term) return SYSTEM.get(term.keyword) ?? `KEYWORD ${flagOf(term.keyword)}`;
  if ('larger' in term) return `LARGER ${term.larger}`;
  if ('smaller' in term) return `SMALLER ${term.smaller}`;
  if ('since' in term) return `SINCE ${imapDate(term.since)}`;
  if ('before' in term) return `BEFORE ${imapDate(term.before)}`;
  return `HEADER ${quoted(term.header)} ${quoted(term.contains ?? '')}`;
};

const SYSTEM: ReadonlyMap<string, string> = new Map([
  ['$seen', 'SEEN'],
  ['$answered', 'ANSWERED'],
  ['$flagged', 'FLAGGED'],
  ['$draft', 'DRAFT'],
  ['$deleted', 'DELETED'],
]);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `1-Mar-2025`. */
const imapDate = (day: string): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)}-${MONTHS[Number(month) - 1] ?? 'Jan'}-${year}`;
};

/** Terms hold printable ASCII alone (a header's name, letters and digits); nothing else may get out. */
const quoted = (text: string): string => `"${text.replace(/[^ -~]/g, '').replace(/["\\]/g, '\\$&')}"`;
