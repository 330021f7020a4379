/** UIDs of an open folder by what the server knows of its messages, and its newest ones; never by sequence numbers. */
import type { SearchObject } from 'imapflow';
import { flagOf } from '../mail/keyword.ts';
import { UID_MAX } from '../mail/uid-set.ts';
import type { Search, SearchTerm } from '../rules/search.ts';
import { answered, requireConnection } from './errors.ts';
import type { MailSession } from './session.ts';

/** In ascending order. A search that the server refuses finds nothing: undefined tells so. */
export const searchUids = async ({ client }: MailSession, search: Search): Promise<readonly number[] | undefined> => {
  const found = await answered(client.search(queryOf(search), { uid: true }));
  requireConnection(client);
  return found === false || found === undefined ? undefined : [...found].sort((a, b) => a - b);
};

/** The newest messages by UID, in ascending order, without a list of all: the range grows until they are enough. */
export const newestUids = async (
  { client }: MailSession,
  { exists, uidNext = UID_MAX }: { readonly exists: number; readonly uidNext: number | undefined },
  count: number,
): Promise<readonly number[]> => {
  const wanted = Math.min(count, exists);
  if (wanted === 0) return [];
  for (let span = wanted; ; span *= 4) {
    const from = Math.max(1, uidNext - span);
    const found = await answered(client.search({ uid: `${from}:*` }, { uid: true }));
    requireConnection(client);
    const uids = found === false || found === undefined ? [] : [...found].sort((a, b) => a - b);
    if (uids.length >= wanted || from === 1) return uids.slice(-wanted);
  }
};

/** imapflow's objects hold each kind of term once, so that what must all hold is said as what must not be missing. */
const queryOf = (search: Search): SearchObject => {
  if ('not' in search) return { not: queryOf(search.not) };
  if ('any' in search) return anyOf(search.any.map(queryOf));
  if ('all' in search) {
    const [only, ...more] = search.all.map(queryOf);
    if (only === undefined) return { all: true };
    return more.length === 0 ? only : { not: anyOf([only, ...more].map((query) => ({ not: query }))) };
  }
  return termOf(search);
};

const anyOf = (queries: readonly SearchObject[]): SearchObject => {
  const [only, ...more] = queries;
  if (only === undefined) return { not: { all: true } };
  return more.length === 0 ? only : { or: [...queries] };
};

const termOf = (term: SearchTerm): SearchObject => {
  if ('keyword' in term) return SYSTEM[term.keyword] ?? { keyword: flagOf(term.keyword) };
  if ('larger' in term) return { larger: term.larger };
  if ('smaller' in term) return { smaller: term.smaller };
  if ('since' in term) return { since: new Date(term.since) };
  if ('before' in term) return { before: new Date(term.before) };
  return { header: { [term.header]: term.contains ?? true } };
};

const SYSTEM: Readonly<Record<string, SearchObject>> = {
  $seen: { seen: true },
  $answered: { answered: true },
  $flagged: { flagged: true },
  $draft: { draft: true },
  $deleted: { deleted: true },
};
