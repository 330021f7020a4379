/** What a rule's own texts become in SEARCH. */
import { fold } from './fold.ts';
import { type TextMatch, textsByKind } from './match-text.ts';
import type { Search } from './search.ts';

/**
 * Messages whose header holds the longest run of ASCII letters and digits of the text: servers fold case and decode words in
 * their own ways beyond that. undefined where there is no such run in one of the texts.
 */
export const searchHeader = (header: string, match: TextMatch): Search | undefined => {
  const kinds = [...textsByKind(match)].flatMap(([kind, texts]) => {
    if (kind === 'matches' || kind === 'regex') return [];
    const runs = texts.map(longestRun);
    return runs.includes(undefined)
      ? []
      : [{ any: runs.flatMap((run) => (run === undefined ? [] : [{ header, contains: run }])) }];
  });
  const [found] = kinds;
  if (found === undefined) return undefined;
  // An escaped character (RFC 5322 quoted-pair) may stand in the middle of the run.
  const escaped: Search = { header, contains: '\\' };
  return { any: [{ all: kinds }, escaped] };
};

/** The other form of an IDN domain has other runs. */
const longestRun = (text: string): string | undefined => {
  const folded = fold(text);
  if (folded.includes('xn--')) return undefined;
  return folded.match(/[a-z0-9]+/g)?.reduce((longest, run) => (run.length > longest.length ? run : longest));
};

/** The day of a date, some days further. */
export const searchDay = (date: string, days: number): string => {
  const at = Math.min(Math.max(Date.parse(date) + days * 86_400_000, 0), LATEST);
  return new Date(at).toISOString().slice(0, 10);
};

const LATEST = Date.UTC(9999, 11, 31);
