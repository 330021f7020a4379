/** One folder on its way through the pipeline: the commands it needs, what was answered so far, and what comes of it. */
import { LIMITS } from '../../limits.ts';
import { NO_UIDS, UID_MAX, type UidRange, unionUids } from '../../mail/uid-set.ts';
import { type MessageList, NO_MESSAGES } from '../../sync/message-list.ts';
import type { BulkFolder, BulkListing, BulkRefusal, FolderNumbers } from './bulk-listing.ts';
import { type FlagCache, flagCache } from './flag-cache.ts';
import { type RowColumns, rowColumns } from './row-columns.ts';
import { rowsOfSearches, type SearchOf } from './search-sets.ts';
import type { UidPairs } from './uid-pairs.ts';

export type FolderJob = {
  readonly folder: BulkFolder;
  /** As written in a command. */
  readonly name: string;
  readonly uids: UidRange;
  /** Commands planned for it and not yet answered. */
  unanswered: number;
  numbers: FolderNumbers;
  /** EXISTS was said since the folder was opened. */
  counted: boolean;
  /** Of FLAGS; undefined when none came, or too many. */
  flags: readonly string[] | undefined;
  /** Something of another client's was seen, or something unreadable. */
  touched: boolean;
  refusal: BulkRefusal | undefined;
  missing: boolean;
  /** By search: it is opened, and the searches for its keywords are planned. */
  keywordsPlanned: boolean;
  /** By search, until it turns out that it must be fetched. */
  searched: boolean;
  readonly found: Map<SearchOf, UidPairs | undefined>;
  /** With `since`: told to be gone. */
  readonly vanished: UidRange[];
  /** Made with the first row. */
  columns: { readonly rows: RowColumns; readonly cache: FlagCache } | undefined;
};

const ALL_UIDS: UidRange = [1, UID_MAX];
const NO_NUMBERS: FolderNumbers = {
  uidValidity: undefined,
  uidNext: undefined,
  exists: 0,
  highestModseq: undefined,
  noModseq: false,
};

const isSearched = ({ mode, since }: BulkFolder): boolean => mode === 'search' && since === undefined;

export const folderJob = (folder: BulkFolder, name: string): FolderJob => ({
  folder,
  name,
  uids: folder.since === undefined ? (folder.uids ?? ALL_UIDS) : ALL_UIDS,
  unanswered: 0,
  numbers: NO_NUMBERS,
  counted: false,
  flags: undefined,
  touched: false,
  refusal: undefined,
  missing: false,
  keywordsPlanned: !isSearched(folder),
  searched: isSearched(folder),
  found: new Map(),
  vanished: [],
  columns: undefined,
});

/** What was said before CLOSED belongs to the folder that was open before (RFC 7162 section 3.2.11). */
export const forget = (job: FolderJob): void => {
  job.numbers = NO_NUMBERS;
  job.counted = false;
  job.flags = undefined;
  job.touched = false;
  job.columns = undefined;
  job.vanished.length = 0;
};

const isWhole = ({ uids: [first, last] }: FolderJob): boolean => first === 1 && last === UID_MAX;

/** The server said that it holds no message: there is nothing to ask for. */
export const isEmpty = (job: FolderJob): boolean => job.counted && job.numbers.exists === 0;

/** `1:*`, for servers that count with 31 bits; a range otherwise stays what was asked. */
export const uidSetText = (job: FolderJob): string => (isWhole(job) ? '1:*' : `${job.uids[0]}:${job.uids[1]}`);

/** EXAMINE, and what is asked for with it. */
export const examineText = ({ folder: { since }, name }: FolderJob): string =>
  since === undefined ? `EXAMINE ${name}` : `EXAMINE ${name} (QRESYNC (${since.uidValidity} ${since.modseq}))`;

export const searchKey = (job: FolderJob, { key }: SearchOf): string =>
  isWhole(job) ? key : `UID ${uidSetText(job)} ${key}`;

/** The columns that this row may enter; undefined for a row of other UIDs than were asked for, and when nothing is kept any more. */
export const columnsFor = (job: FolderJob, uid: number): FolderJob['columns'] => {
  if (job.refusal !== undefined || uid < job.uids[0] || uid > job.uids[1]) return undefined;
  if (job.columns === undefined) {
    const cache = flagCache();
    const rowsExpected = isWhole(job) && job.folder.since === undefined ? job.numbers.exists : 0;
    job.columns = { cache, rows: rowColumns(cache.combinations, rowsExpected) };
  }
  return job.columns;
};

/** `combination` below zero: more than we hold. */
export const addRow = (job: FolderJob, uid: number, combination: number): void => {
  const rows = job.columns?.rows;
  if (rows === undefined) return;
  if (combination < 0) refuseLimit(job, 'too many keywords');
  else if (rows.count() >= LIMITS.messagesPerFolderMax) refuseLimit(job, 'too many messages');
  else rows.add(uid, combination);
};

/** Undefined: the server's answer could not be read. */
export const addVanished = (job: FolderJob, uids: UidPairs | undefined): void => {
  if (uids === undefined) job.touched = true;
  else if (job.vanished.length + uids.length > LIMITS.messagesPerFolderMax) refuseLimit(job, 'too many vanished');
  else for (let i = 0; i < uids.length; i += 2) job.vanished.push([uids[i] as number, uids[i + 1] as number]);
};

const refuseLimit = (job: FolderJob, text: string): void => {
  job.columns = undefined;
  job.refusal ??= { at: 'limit', code: undefined, text, throttled: false };
};

/** Once all its commands are answered. */
export const listingOf = (job: FolderJob): BulkListing => {
  const { path } = job.folder;
  const rows = job.refusal === undefined ? rowsOf(job) : undefined;
  if (rows === undefined) {
    const refusal: BulkRefusal = job.refusal ?? {
      at: 'search',
      code: undefined,
      text: 'no usable answer to a search',
      throttled: false,
    };
    return { path, status: job.missing ? 'missing' : 'refused', refusal };
  }
  const isAll = isWhole(job) && job.folder.since === undefined;
  const complete = isAll && !job.touched && job.counted && rows.uids.length === job.numbers.exists;
  const vanished = unionUids(job.vanished, NO_UIDS);
  return { path, status: job.touched ? 'changed' : 'listed', ...job.numbers, rows, vanished, complete };
};

const rowsOf = (job: FolderJob): MessageList | undefined => {
  if (isEmpty(job)) return NO_MESSAGES;
  if (!job.searched) return job.columns?.rows.build() ?? NO_MESSAGES;
  let all: UidPairs | undefined;
  const flagged: { readonly flag: string; readonly uids: UidPairs }[] = [];
  for (const [{ flag }, uids] of job.found) {
    // One search without an answer would read as a flag that no message has.
    if (uids === undefined) return undefined;
    if (flag === undefined) all = uids;
    else flagged.push({ flag, uids });
  }
  // No match at all in a folder with messages: so answers a server that knows the words of ESEARCH alone.
  if (all === undefined || (all.length === 0 && isWhole(job) && !job.touched)) return undefined;
  return rowsOfSearches(all, flagged);
};
