/** What a rule's own texts become in SEARCH. */
import { LIMITS } from '../limits.ts';
import { fold } from './fold.ts';
import { type TextMatch, textsByKind } from './match-text.ts';
import type { Search } from './search.ts';

/**
 * Messages whose header holds the longest runs of ASCII letters and digits of the text: servers fold case and decode words in
 * their own ways beyond that. Several runs, as the longest of an address is often the domain that all mail has. undefined where
 * there is no such run in one of the texts.
 */
export const searchHeader = (header: string, match: TextMatch): Search | undefined => {
  const kinds = [...textsByKind(match)].flatMap(([kind, texts]): Search[] => {
    if (kind === 'matches' || kind === 'regex') return [];
    const runs = texts.map(longestRuns);
    if (runs.some(({ length }) => length === 0)) return [];
    return [{ any: runs.map((some) => ({ all: some.map((run) => ({ header, contains: run })) })) }];
  });
  const [found] = kinds;
  if (found === undefined) return undefined;
  // An escaped character (RFC 5322 quoted-pair) may stand in the middle of a run.
  const escaped: Search = { header, contains: '\\' };
  return { any: [{ all: kinds }, escaped] };
};

/** The other form of an IDN domain has other runs. */
const longestRuns = (text: string): string[] => {
  const folded = fold(text);
  if (folded.includes('xn--')) return [];
  const runs = [...new Set(folded.match(/[a-z0-9]+/g))];
  return runs.sort((a, b) => b.length - a.length).slice(0, LIMITS.searchRunsPerTextMax);
};

/** The day of a date, some days further. */
export const searchDay = (date: string, days: number): string => {
  const at = Math.min(Math.max(Date.parse(date) + days * 86_400_000, 0), LATEST);
  return new Date(at).toISOString().slice(0, 10);
};

const LATEST = Date.UTC(9999, 11, 31);
