/** What a bulk listing is asked for and what it answers, folder by folder. */
import type { UidRange, UidSet } from '../../mail/uid-set.ts';
import type { MessageList } from '../../sync/message-list.ts';

/**
 * How a folder is read. `fetch`: one UID FETCH of flags. `search`: one UID SEARCH RETURN (RFC 4731) per flag, a tenth of the
 * bytes and for big folders on slow lines; it needs ESEARCH, and a folder with many keywords is fetched after all.
 */
export type BulkMode = 'fetch' | 'search';

/** What is known of a folder: only what changed and vanished since is told, by EXAMINE itself (RFC 7162 section 3.2.5). */
export type BulkSince = { readonly uidValidity: number; readonly modseq: bigint };

export type BulkFolder = {
  /** Decoded; what the answer is called by. */
  readonly path: string;
  /** As LIST spelt it; without it the path is encoded anew. */
  readonly pathAsListed?: string;
  /** `fetch` unless told otherwise. */
  readonly mode?: BulkMode;
  /** Only UIDs from first to last: a folder too big for one go may be asked for several times. All by default. */
  readonly uids?: UidRange;
  /** QRESYNC must be enabled on the connection; `mode` and `uids` then say nothing. */
  readonly since?: BulkSince;
};

export type FolderNumbers = {
  /** Undefined where the server said none. */
  readonly uidValidity: number | undefined;
  readonly uidNext: number | undefined;
  /** EXISTS as it was last said, before or during the listing. */
  readonly exists: number;
  /** As of before the listing: what changes meanwhile is above it. Undefined where none is kept (RFC 7162 section 3.1.2). */
  readonly highestModseq: bigint | undefined;
  /** The server said that it keeps no modification sequences for this folder. */
  readonly noModseq: boolean;
};

export type ListedInBulk = FolderNumbers & {
  readonly path: string;
  /** `changed`: another client's hands were seen in it meanwhile, or a row could not be read; the rows are what was seen. */
  readonly status: 'listed' | 'changed';
  readonly rows: MessageList;
  /** Told to be gone; only where `since` was asked. May name messages that nobody knew. */
  readonly vanished: UidSet;
  /** All UIDs were asked for and without `since`, every message there is has a row, and none was expunged: only then is a missing one gone. */
  readonly complete: boolean;
};

/** Why there are no rows. */
export type BulkRefusal = {
  /** What was refused; `name`: cannot be written in a command, so ask for it otherwise; `limit`: more than we hold. */
  readonly at: 'name' | 'examine' | 'fetch' | 'search' | 'limit';
  /** RFC 5530 response code, upper case. */
  readonly code: string | undefined;
  /** The server's words, cut; they may name the folder. */
  readonly text: string;
  readonly throttled: boolean;
};

export type NotListedInBulk = {
  readonly path: string;
  /** `missing`: the server refused it in words for that there is no such folder. A hint; what proves it is a LIST without it. */
  readonly status: 'missing' | 'refused';
  readonly refusal: BulkRefusal;
};

export type BulkListing = ListedInBulk | NotListedInBulk;

export const isListed = (listing: BulkListing): listing is ListedInBulk =>
  listing.status === 'listed' || listing.status === 'changed';
