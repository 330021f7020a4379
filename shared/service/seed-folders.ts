/**
 * A first sync (or a reseed) of many folders: their flags are listed pipelined, as the connection's last act, and each mirror
 * is written as its folder is through. Nothing in them is news, so no rule is asked and nothing is done on the server.
 */
import { codeOf } from '../errors.ts';
import { type BulkFolder, isListed, type ListedInBulk } from '../imap/bulk/bulk-listing.ts';
import { listInBulk } from '../imap/bulk/list-in-bulk.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { FolderStatus, ListedFolder } from '../mail/folder.ts';
import { UID_MAX, type UidRange } from '../mail/uid-set.ts';
import { statusDigest } from '../sync/digest.ts';
import { concatMessages, type MessageList, NO_MESSAGES, withMessages, withoutMessages } from '../sync/message-list.ts';
import { seedOrder, seedRanges } from '../sync/seed-plan.ts';
import type { Books } from './books.ts';
import type { MirrorFolder } from './mirror.ts';

/** One folder to be mirrored from behind `seededTo`, as of `status`. */
export type Seed = { readonly folder: ListedFolder; readonly status: FolderStatus; readonly seededTo: number };

type Work = Seed & {
  readonly nowSeconds: number;
  readonly place: MirrorFolder;
  /** Still to come, in order; undefined: the whole folder in one go. */
  readonly ranges: (UidRange | undefined)[];
  /** In the order in which they came: joined when the folder is written, as each joining copies all. */
  readonly pieces: MessageList[];
  doneTo: number;
  spoilt: boolean;
};

export type SeedOptions = {
  readonly nowSeconds: number;
  readonly session: MailSession;
  readonly isLate: () => boolean;
  /** Milliseconds from now after which the server is not waited for any more, be it in the middle of a folder. */
  readonly stopAfterMs: number;
  /** The run before this one did. */
  readonly hasFailed: boolean;
};

/**
 * True when something is left for the next run. What was through when it throws is in the books. Throws `deadline.reached` only
 * when nothing came of it: the next run would do no better.
 */
export const seedFolders = async (books: Books, seeds: readonly Seed[], options: SeedOptions): Promise<boolean> => {
  const begun = new Set(books.cursors().map(({ path }) => path));
  for (const { folder, status, seededTo } of seeds) books.seed(folder, status, seededTo);
  const works: Work[] = [];
  const { hasFailed } = options;
  for (const seed of seedOrder(seeds, { runMessages: LIMITS.seedRunMessages, hasFailed })) {
    if (seed.status.messages > 0) works.push(await begin(books, seed, options.nowSeconds));
    else {
      // A run that died may have written what has gone since; a folder without a cursor has nothing to be cleared.
      if (begun.has(seed.folder.path)) await clear(books, seed);
      books.settle(seed.folder, seed.status, options.nowSeconds);
    }
  }
  const byPath = new Map(works.map((work) => [work.folder.path, work]));
  const asked = works.flatMap((work) => work.ranges.map((uids) => bulkFolder(work.folder, uids)));
  if (asked.length === 0) return seeds.some(isBehind);
  const open = new Set(works);
  const written = writers(LIMITS.seedWritesAtOnce);
  const signal = AbortSignal.timeout(Math.max(Math.ceil(options.stopAfterMs), 0));
  let taken = 0;
  try {
    for await (const listing of listInBulk(options.session, asked, { signal })) {
      taken += 1;
      const work = byPath.get(listing.path);
      if (work === undefined) continue;
      if (!isListed(listing)) {
        // Refused: it stays without a mirror and is left alone until its status changes.
        open.delete(work);
        continue;
      }
      take(work, listing);
      if (work.ranges.length === 0) {
        open.delete(work);
        await written.start(close(books, work, listing));
      }
      if (options.isLate()) break;
    }
  } catch (error) {
    if (taken === 0 || codeOf(error) !== 'deadline.reached') throw error;
  } finally {
    await written.all();
    for (const work of open) await keep(books, work);
  }
  return works.some(({ spoilt }) => spoilt) || open.size > 0 || seeds.some(isBehind);
};

/** Mirrors are written while the next folders are read, a few at a time. */
const writers = (atOnce: number) => {
  const under = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const check = (): void => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    start: async (work: Promise<void>): Promise<void> => {
      const one: Promise<void> = work
        .catch((error: unknown) => {
          failures.push(error);
        })
        .finally(() => under.delete(one));
      under.add(one);
      if (under.size >= atOnce) await Promise.race(under);
      check();
    },
    all: async (): Promise<void> => {
      await Promise.all(under);
      check();
    },
  };
};

/** It is level with the status it began with, and the folder has another by now: the next run has to look at it. */
const isBehind = ({ folder, status }: Seed): boolean =>
  statusDigest([{ ...folder, status }]) !== statusDigest([folder]);

const begin = async (books: Books, seed: Seed, nowSeconds: number): Promise<Work> => {
  const { folder, status, seededTo } = seed;
  const place = { folderId: books.idFor(folder.path), uidValidity: status.uidValidity };
  const whole = seededTo === 0 && status.messages <= LIMITS.seedPieceMessages;
  const ranges = whole ? [undefined] : seedRanges(status, seededTo, LIMITS.seedPieceMessages);
  // What an earlier run left behind this UID was not finished, and is read again.
  const kept =
    seededTo === 0 ? NO_MESSAGES : withoutMessages(await books.mirrors.read(place), [[seededTo + 1, UID_MAX]]);
  return { ...seed, nowSeconds, place, ranges, pieces: [kept], doneTo: seededTo, spoilt: false };
};

const clear = async (books: Books, { folder, status }: Seed): Promise<void> => {
  const place = { folderId: books.idFor(folder.path), uidValidity: status.uidValidity };
  await books.mirrors.set(place, NO_MESSAGES);
  await books.mirrors.flush(place);
};

const bulkFolder = ({ path, pathAsListed }: ListedFolder, uids: UidRange | undefined): BulkFolder => ({
  path,
  ...(pathAsListed === undefined ? {} : { pathAsListed }),
  ...(uids === undefined ? {} : { uids }),
});

/** Pieces come in the order in which they were asked for. */
const take = (work: Work, listing: ListedInBulk): void => {
  const range = work.ranges.shift();
  if (listing.uidValidity !== work.status.uidValidity) work.spoilt = true;
  if (work.spoilt) return;
  const { uids } = listing.rows;
  // A folder read as a whole is as far as its last message; what arrived since the status is left for the next look.
  const last = range?.[1] ?? work.status.uidNext - 1;
  const rows = (uids.at(-1) ?? 0) > last ? withoutMessages(listing.rows, [[last + 1, UID_MAX]]) : listing.rows;
  work.pieces.push(rows);
  work.doneTo = last;
};

/** Pieces follow each other, unless the server told of a message that was not asked for. */
const joined = (pieces: readonly MessageList[]): MessageList => {
  let top = 0;
  const inOrder = pieces.every(({ uids }) => {
    const isAbove = (uids[0] ?? top + 1) > top;
    top = uids.at(-1) ?? top;
    return isAbove;
  });
  return inOrder ? concatMessages(pieces) : pieces.reduce(withMessages);
};

/** The folder is through: with fewer messages than there were and are, the server did not show all. */
const close = async (books: Books, work: Work, { exists }: ListedInBulk): Promise<void> => {
  const { folder, status } = work;
  const messages = joined(work.pieces);
  if (messages.uids.length < Math.min(status.messages, exists)) work.spoilt = true;
  if (work.spoilt) {
    books.seed(folder, status, 0);
    return;
  }
  await books.mirrors.set(work.place, messages);
  await books.mirrors.flush(work.place);
  // What was read by an earlier run may have other flags by now.
  books.settle(folder, status, work.seededTo === 0 ? work.nowSeconds : undefined);
};

/** A folder that is not through keeps what it has, and goes on from there. */
const keep = async (books: Books, work: Work): Promise<void> => {
  if (work.spoilt || work.doneTo === work.seededTo) return;
  await books.mirrors.set(work.place, joined(work.pieces));
  await books.mirrors.flush(work.place);
  books.seed(work.folder, work.status, work.doneTo);
};
