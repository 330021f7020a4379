/**
 * Lists folders over one connection with many commands outstanding: EXAMINE, then UID FETCH or UID SEARCH, folder behind folder;
 * or EXAMINE with QRESYNC alone, which tells what changed.
 * Knows no socket: bytes come in by `feed` and go out by `send`. The server must run commands in the order in which they
 * were sent (RFC 9051 section 5.5); which folder an untagged response belongs to follows from which command is the oldest
 * that is not answered. Only UIDs are used, never sequence numbers.
 */
import { MailyardError } from '../../errors.ts';
import { UID_MAX } from '../../mail/uid-set.ts';
import type { BulkFolder, BulkListing, BulkRefusal } from './bulk-listing.ts';
import {
  addRow,
  addVanished,
  columnsFor,
  examineText,
  type FolderJob,
  folderJob,
  forget,
  isEmpty,
  listingOf,
  searchKey,
  uidSetText,
} from './folder-job.ts';
import { quotedName } from './folder-name.ts';
import { type BulkResponse, readResponse, type StatusResponse } from './response.ts';
import { responseStream } from './response-stream.ts';
import { keywordSearches, type SearchOf, SYSTEM_SEARCHES } from './search-sets.ts';
import { isThrottled, throttledError } from './throttled.ts';
import type { UidPairs } from './uid-pairs.ts';

type Command = {
  readonly tag: string;
  readonly text: string;
  readonly job: FolderJob;
  readonly kind: 'examine' | 'fetch' | 'search';
  readonly search?: SearchOf;
};

export type BulkReaderOptions = {
  /** Commands outstanding at most; 1 waits for each answer. */
  readonly depth: number;
  /** UTF8=ACCEPT is enabled: names are UTF-8. */
  readonly utf8: boolean;
  /** Whole command lines, as many as may go at once. */
  readonly send: (lines: string) => void;
  /** Called once for each folder, in the order of sending. */
  readonly deliver: (listing: BulkListing) => void;
};

export type BulkReader = {
  /** Sends the first commands. */
  readonly start: () => void;
  /** Throws `imap.refused`, `imap.throttled` or `imap.connection-lost`; the connection is of no use then. */
  readonly feed: (chunk: Buffer) => void;
  /** All folders are delivered. */
  readonly isDone: () => boolean;
};

/** Searched folders come last: whoever waits for their keywords keeps no other folder waiting. */
const inSendingOrder = (folders: readonly BulkFolder[]): readonly BulkFolder[] => [
  ...folders.filter(({ mode }) => mode !== 'search'),
  ...folders.filter(({ mode }) => mode === 'search'),
];

export const bulkReader = (folders: readonly BulkFolder[], options: BulkReaderOptions): BulkReader => {
  const { depth, utf8, send, deliver } = options;
  const waiting = inSendingOrder(folders);
  let begun = 0;
  let tags = 0;
  /** Planned, not yet sent. */
  const planned: Command[] = [];
  /** Sent and not answered, oldest first. */
  const flying: Command[] = [];
  /** The folder that is open on the server: EXAMINE was answered OK, and nothing has closed it. */
  let open: FolderJob | undefined;
  /** The folder that must be fully sent before another is begun: each EXAMINE closes the folder before. */
  let sending: FolderJob | undefined;
  /** Set once the server asked to wait: nothing more is sent, and what is answered still counts. */
  let stopped: MailyardError | undefined;

  const plan = (job: FolderJob, kind: Command['kind'], text: string, search?: SearchOf): void => {
    tags += 1;
    job.unanswered += 1;
    // imapflow's tags are upper case, so that an answer of before is never taken for one of these.
    planned.push({ tag: `y${tags}`, text, job, kind, ...(search === undefined ? {} : { search }) });
  };

  const planFetch = (job: FolderJob): void => plan(job, 'fetch', `UID FETCH ${uidSetText(job)} (FLAGS)`);

  const planSearches = (job: FolderJob, searches: readonly SearchOf[]): void => {
    for (const search of searches) {
      job.found.set(search, undefined);
      plan(job, 'search', `UID SEARCH RETURN (ALL) ${searchKey(job, search)}`, search);
    }
  };

  const begin = (folder: BulkFolder): void => {
    const name = quotedName(folder, utf8);
    if (name === undefined) {
      deliver({ path: folder.path, status: 'refused', refusal: UNNAMEABLE });
      return;
    }
    const job = folderJob(folder, name);
    sending = job;
    plan(job, 'examine', examineText(job));
    if (folder.since !== undefined) return;
    if (job.searched) planSearches(job, SYSTEM_SEARCHES);
    else planFetch(job);
  };

  const pump = (): void => {
    let lines = '';
    while (flying.length < depth && stopped === undefined) {
      const command = planned.shift();
      if (command !== undefined) {
        flying.push(command);
        lines += `${command.tag} ${command.text}\r\n`;
      } else if (sending?.keywordsPlanned === false) break;
      else {
        const folder = waiting[begun];
        if (folder === undefined) break;
        begun += 1;
        begin(folder);
      }
    }
    if (lines !== '') send(lines);
    if (stopped !== undefined && flying.length === 0) throw stopped;
  };

  const withdraw = (job: FolderJob, which: (command: Command) => boolean = () => true): void => {
    for (let i = planned.length - 1; i >= 0; i -= 1) {
      const command = planned[i] as Command;
      if (command.job !== job || !which(command)) continue;
      planned.splice(i, 1);
      job.unanswered -= 1;
    }
  };

  const refuse = (job: FolderJob, at: BulkRefusal['at'], response: StatusResponse): void => {
    job.keywordsPlanned = true;
    withdraw(job);
    const { code, text } = response;
    job.refusal ??= { at, code, text, throttled: isThrottled(response) };
  };

  /** The folder is open: its keywords are known now. */
  const opened = (job: FolderJob): void => {
    open = job;
    const wasPlanned = job.keywordsPlanned;
    job.keywordsPlanned = true;
    if (isEmpty(job)) withdraw(job);
    if (wasPlanned || isEmpty(job)) return;
    const searches = keywordSearches(job.flags);
    if (searches !== undefined) planSearches(job, searches);
    else {
      job.searched = false;
      withdraw(job, ({ kind }) => kind === 'search');
      planFetch(job);
    }
  };

  const answered = (command: Command, response: StatusResponse): void => {
    const { job, kind } = command;
    job.unanswered -= 1;
    if (isThrottled(response)) {
      stopped ??= throttledError(response);
      if (sending !== undefined) refuse(sending, kind, response);
    }
    if (response.status === 'OK') {
      if (kind === 'examine') opened(job);
    } else {
      // A server may keep the folder before open, whatever it should do: its rows are not this folder's.
      if (kind === 'examine') {
        open = undefined;
        job.missing = saysMissing(response);
      }
      // What comes of a search that is no longer needed says nothing, nor that of a range in a folder without messages.
      const counts = kind === 'examine' || (!isEmpty(job) && (kind === 'fetch' || job.searched));
      if (counts) refuse(job, kind, response);
    }
    if (job.unanswered === 0) deliver(listingOf(job));
  };

  const tagged = (response: BulkResponse & { kind: 'tagged' }): void => {
    const index = flying.findIndex(({ tag }) => tag === response.tag);
    const command = flying[index];
    if (command === undefined) return;
    // Searches in one folder may be run side by side; anything else out of order, and nothing can be told apart any more.
    const oldest = flying[0] as Command;
    if (index > 0 && (command.kind !== 'search' || oldest.kind !== 'search' || oldest.job !== command.job)) {
      throw new MailyardError('imap.refused', 'the mail server answered commands out of order');
    }
    flying.splice(index, 1);
    answered(command, response);
  };

  const status = ({ code, number }: StatusResponse): void => {
    const oldest = flying[0];
    if (code === 'CLOSED') {
      open = undefined;
      if (oldest?.kind === 'examine') forget(oldest.job);
    }
    // Numbers of a folder whose EXAMINE is not the oldest would be another's.
    if (oldest?.kind !== 'examine') return;
    const { job } = oldest;
    if (code === 'NOMODSEQ') job.numbers = { ...job.numbers, noModseq: true };
    if (number === undefined) return;
    if (code === 'UIDVALIDITY' || code === 'UIDNEXT') {
      const value = Number(number);
      if (value <= UID_MAX) job.numbers = { ...job.numbers, [code === 'UIDNEXT' ? 'uidNext' : 'uidValidity']: value };
    }
    // Zero says that the server keeps none for this folder (RFC 7162 section 3.1.2.2).
    if (code === 'HIGHESTMODSEQ' && BigInt(number) > 0n) {
      job.numbers = { ...job.numbers, highestModseq: BigInt(number) };
    }
  };

  /** EXAMINE with QRESYNC is the oldest command: it tells of its folder before it is answered. */
  const resyncedNow = (): FolderJob | undefined => {
    const oldest = flying[0];
    return oldest?.kind === 'examine' && oldest.job.folder.since !== undefined ? oldest.job : undefined;
  };

  /** The folder that rows now belong to: it is open and its FETCH is the oldest command, or it is resynchronised. */
  const listedNow = (): FolderJob | undefined => {
    const oldest = flying[0];
    // Until the folder before is said to be closed, they may be of that one.
    if (oldest?.kind === 'examine') return open === undefined ? resyncedNow() : undefined;
    return oldest?.kind === 'fetch' && oldest.job === open ? open : undefined;
  };

  const strange = (): void => {
    const oldest = flying[0];
    if (oldest !== undefined && (oldest.job === open || oldest.job === resyncedNow())) oldest.job.touched = true;
  };

  const vanished = (uids: UidPairs | undefined): void => {
    const job = listedNow();
    if (job === undefined || job !== resyncedNow()) strange();
    else addVanished(job, uids);
  };

  const counted = (count: number): void => {
    const oldest = flying[0];
    if (oldest === undefined || (oldest.kind !== 'examine' && oldest.job !== open)) return;
    oldest.job.numbers = { ...oldest.job.numbers, exists: count };
    oldest.job.counted = true;
  };

  const slowRow = ({ uid, flags }: BulkResponse & { kind: 'row' }): void => {
    const job = listedNow();
    if (job === undefined || uid === undefined || flags === undefined || uid < 1 || uid > UID_MAX) strange();
    else {
      const columns = columnsFor(job, uid);
      if (columns !== undefined) addRow(job, uid, columns.cache.indexOfFlags(flags));
    }
  };

  const found = ({ tag, found: uids }: BulkResponse & { kind: 'found' }): void => {
    const command = flying.find((one) => one.tag === tag);
    if (command?.search !== undefined && command.job === open) command.job.found.set(command.search, uids);
  };

  const take = (response: BulkResponse): void => {
    const oldest = flying[0];
    if ((response.kind === 'tagged' || response.kind === 'status') && response.status === 'BYE')
      throw goodbye(response);
    if (response.kind === 'tagged') tagged(response);
    else if (response.kind === 'status') status(response);
    else if (response.kind === 'exists') counted(response.count);
    else if (response.kind === 'row') slowRow(response);
    else if (response.kind === 'found') found(response);
    else if (response.kind === 'vanished') vanished(response.uids);
    else if (response.kind === 'expunged' && oldest !== undefined) oldest.job.touched = true;
    else if (response.kind === 'flags' && oldest?.kind === 'examine') oldest.job.flags = response.flags;
  };

  const read = responseStream({
    row: (uid, bytes, from, to) => {
      const job = listedNow();
      if (job === undefined || uid > UID_MAX) return strange();
      const columns = columnsFor(job, uid);
      if (columns !== undefined) addRow(job, uid, columns.cache.indexOfBytes(bytes, from, to));
    },
    response: (bytes, from, to) => take(readResponse(bytes, from, to)),
  });

  return {
    start: pump,
    feed: (chunk) => {
      read(chunk);
      pump();
    },
    isDone: () => begun === waiting.length && planned.length === 0 && flying.length === 0,
  };
};

const UNNAMEABLE: BulkRefusal = {
  at: 'name',
  code: undefined,
  text: 'the name cannot be written as a quoted string',
  throttled: false,
};

/** By its code (RFC 5530), or by what Dovecot 2.3 and others say without one. */
const saysMissing = ({ status, code, text }: StatusResponse): boolean =>
  status === 'NO' &&
  (code === 'NONEXISTENT' ||
    /\b(does(n't| not) exist|no such mailbox|unknown mailbox|mailbox not found)\b/i.test(text));

const goodbye = (response: StatusResponse): MailyardError =>
  isThrottled(response)
    ? throttledError(response)
    : new MailyardError('imap.connection-lost', 'the mail server ended the connection', {
        cause: new Error(response.text),
      });
