/**
 * Which folder is the one for drafts, sent mail and so on. As imapflow says it of the same rows, with its own lists of names in
 * many languages: a folder must not lose its role because of who read the listing.
 */
import { specialUse } from 'imapflow/lib/special-use.js';
import type { FolderRow } from '../folder-row.ts';

type Row = Omit<FolderRow, 'specialUse'>;
type Claim = { readonly use: string; readonly row: Row; readonly rank: number; readonly depth: number };

// What the server says counts more than a name, and a name more than one that is like it.
const RANK_OF_SOURCE = { extension: 0, name: 1, 'name-guess': 2 } as const;
const USES_IN_ORDER = ['\\Inbox', '\\Flagged', '\\Sent', '\\Drafts', '\\All', '\\Archive', '\\Junk', '\\Trash'];

/** `rows` with their use, those that have one first; at most one row has a use, and a row at most one. `hasExtension`: RFC 6154. */
export const withSpecialUses = (rows: readonly Row[], hasExtension: boolean): FolderRow[] => {
  const claims = Map.groupBy(
    rows.flatMap((row) => claimsOf(row, hasExtension)),
    ({ use }) => use,
  );
  const inOrder = [...claims.values()]
    .flat()
    .sort((a, b) => a.rank - b.rank || a.depth - b.depth || a.row.path.localeCompare(b.row.path));
  const useOf = new Map<Row, string>();
  const taken = new Set<string>();
  for (const { use, row } of inOrder) {
    if (taken.has(use) || useOf.has(row)) continue;
    useOf.set(row, use);
    taken.add(use);
  }
  const used = [...useOf].map(([row, use]) => ({ ...row, specialUse: use }));
  used.sort((a, b) => USES_IN_ORDER.indexOf(a.specialUse) - USES_IN_ORDER.indexOf(b.specialUse));
  return [...used, ...rows.filter((row) => !useOf.has(row))];
};

const claimsOf = (row: Row, hasExtension: boolean): Claim[] => {
  const { path, delimiter, flags } = row;
  const parts = delimiter === '' ? [path] : path.split(delimiter);
  const depth = parts.length - 1;
  // A name that is only subscribed to, without a folder, takes no role from one that is there.
  const isThere = !flags.has('\\NonExistent');
  const claims: Claim[] = [];
  if (path.toUpperCase() === 'INBOX' && isThere) claims.push({ use: '\\Inbox', row, rank: RANK_OF_SOURCE.name, depth });
  const { flag, source } = specialUse(hasExtension, { flags: new Set(flags), name: parts.at(-1) ?? '' });
  if (flag !== null && source !== undefined && (source === 'extension' || isThere))
    claims.push({ use: flag, row, rank: RANK_OF_SOURCE[source], depth });
  return claims;
};
