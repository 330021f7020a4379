/** Which messages hold which flag, from one UID SEARCH per flag, put together to rows. */
import { LIMITS } from '../../limits.ts';
import { isKeyword, keywordsOf } from '../../mail/keyword.ts';
import { combinationTable } from '../../sync/combination-table.ts';
import type { MessageList } from '../../sync/message-list.ts';
import { expandPairs, pairsCount, type UidPairs } from './uid-pairs.ts';

/** One search: the key to send, and the flag that its matches hold; undefined for the search of all. */
export type SearchOf = { readonly key: string; readonly flag: string | undefined };

export const SEARCH_ALL: SearchOf = { key: 'ALL', flag: undefined };

/** What every server can be asked for before it has told its keywords. */
export const SYSTEM_SEARCHES: readonly SearchOf[] = [
  SEARCH_ALL,
  { key: 'SEEN', flag: '\\Seen' },
  { key: 'FLAGGED', flag: '\\Flagged' },
  { key: 'ANSWERED', flag: '\\Answered' },
  { key: 'DELETED', flag: '\\Deleted' },
  { key: 'DRAFT', flag: '\\Draft' },
];

/** One search per keyword of FLAGS; undefined when they are too many, or one cannot be written as an atom. */
export const keywordSearches = (flags: readonly string[] | undefined): readonly SearchOf[] | undefined => {
  const keywords = flags?.filter((flag) => !flag.startsWith('\\'));
  if (keywords === undefined || keywords.length > LIMITS.bulkSearchKeywordsMax) return undefined;
  if (!keywords.every(isKeyword)) return undefined;
  return keywords.map((flag) => ({ key: `KEYWORD ${flag}`, flag }));
};

/** Undefined when `all` holds more messages than we do. A UID that only a flag's search found is left out: it came meanwhile. */
export const rowsOfSearches = (
  all: UidPairs,
  found: readonly { readonly flag: string; readonly uids: UidPairs }[],
): MessageList | undefined => {
  if (pairsCount(all) > LIMITS.messagesPerFolderMax) return undefined;
  const uids = expandPairs(all);
  const masks = new Uint32Array(uids.length);
  for (const [bit, one] of found.entries()) mark(uids, masks, one.uids, 1 << bit);
  const table = combinationTable();
  const indexOfMask = new Map<number, number>();
  const combinationOf = masks.map((mask) => {
    const known = indexOfMask.get(mask);
    if (known !== undefined) return known;
    const index = table.indexOf(
      keywordsOf(found.filter((_, bit) => (mask & (1 << bit)) !== 0).map(({ flag }) => flag)),
    );
    indexOfMask.set(mask, index);
    return index;
  });
  return { uids, combinationOf, combinations: table.combinations };
};

const mark = (uids: Uint32Array, masks: Uint32Array, pairs: UidPairs, bit: number): void => {
  let pair = 0;
  for (let i = 0; i < uids.length && pair < pairs.length; ) {
    const uid = uids[i] as number;
    if (uid > (pairs[pair + 1] as number)) pair += 2;
    else {
      if (uid >= (pairs[pair] as number)) masks[i] = (masks[i] as number) | bit;
      i += 1;
    }
  }
};
