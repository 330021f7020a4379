/** Lists UIDs and flags of many folders as a connection's last act, folder by folder as they come. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { MailSession } from '../session.ts';
import { bulkDepthFor } from './bulk-depth.ts';
import { type BulkFolder, type BulkListing, isListed } from './bulk-listing.ts';
import { type BulkReader, bulkReader } from './bulk-reader.ts';
import { type Incoming, incoming } from './incoming.ts';
import { type TakenConnection, type TakeOverOptions, takeOver } from './take-over.ts';

export type BulkOptions = TakeOverOptions & {
  /** Commands outstanding at most. What suits the server by default; 1 after a run that went wrong with more. */
  readonly depth?: number;
  /** Without a byte from the server for so long, the connection counts as lost. */
  readonly socketIdleMs?: number;
  readonly signal?: AbortSignal;
};

/**
 * One listing per folder, searched folders last; a refused folder does not keep the others. While the caller works on one, the
 * next ones are read, up to a bound. However the loop is left, the connection is closed.
 * Throws, after what was complete: `imap.connection-lost`, `imap.throttled`, `imap.refused` (the server broke the protocol or a
 * bound), `deadline.reached` (the signal).
 */
export async function* listInBulk(
  session: Pick<MailSession, 'client'>,
  folders: readonly BulkFolder[],
  options: BulkOptions = {},
): AsyncGenerator<BulkListing, void, void> {
  const depth = options.depth ?? bulkDepthFor(session.client);
  const { signal } = options;
  if (!Number.isInteger(depth) || depth < 1 || depth > LIMITS.bulkCommandsOutstandingMax) {
    throw new MailyardError('internal', `no depth of a pipeline: ${depth}`);
  }
  const connection = await takeOver(session, options);
  const run = bulkRun(connection, folders, depth, options.socketIdleMs ?? LIMITS.socketIdleSeconds * 1_000);
  const abort = (): void => {
    run.fail(new MailyardError('deadline.reached', 'the listing was stopped', { cause: signal?.reason }));
  };
  try {
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    run.start();
    for (;;) {
      const listing = await run.next();
      if (listing === undefined) return;
      yield listing;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    run.stop();
    connection.close();
  }
}

/** Bytes from the socket to the reader, listings from the reader to whoever asks. */
const bulkRun = (connection: TakenConnection, folders: readonly BulkFolder[], depth: number, socketIdleMs: number) => {
  const ready: BulkListing[] = [];
  let readyBytes = 0;
  let failure: MailyardError | undefined;
  let over = false;
  let wake: (() => void) | undefined;

  const wakeUp = (): void => {
    wake?.();
    wake = undefined;
  };
  /** What comes later is of no interest; the first failure counts. */
  const finish = (error?: MailyardError): void => {
    if (over) return;
    over = true;
    failure = error;
    bytes?.pause();
    wakeUp();
  };
  const attempt = (act: () => void): void => {
    if (over) return;
    try {
      act();
      if (reader.isDone()) finish();
    } catch (error) {
      finish(
        error instanceof MailyardError ? error : new MailyardError('internal', 'the listing failed', { cause: error }),
      );
    }
  };

  const reader: BulkReader = bulkReader(folders, {
    depth,
    utf8: connection.utf8,
    send: (lines) => connection.output.write(lines),
    deliver: (listing) => {
      ready.push(listing);
      readyBytes += bytesHeld(listing);
      wakeUp();
    },
  });

  const take = (chunk: Buffer): void => {
    attempt(() => reader.feed(chunk));
    // The caller is behind.
    if (!over && readyBytes > LIMITS.bulkWaitingBytesMax) bytes?.pause();
  };
  let bytes: Incoming | undefined;

  return {
    start: (): void => {
      bytes = incoming(connection, socketIdleMs, take, finish);
      attempt(reader.start);
      if (!over) bytes.resume();
    },
    fail: finish,
    stop: (): void => {
      finish();
      bytes?.stop();
    },
    /** The next listing; undefined after the last. Throws what went wrong once what was complete is taken. */
    next: async (): Promise<BulkListing | undefined> => {
      for (;;) {
        const listing = ready.shift();
        if (listing !== undefined) {
          const wasFull = readyBytes > LIMITS.bulkWaitingBytesMax;
          readyBytes -= bytesHeld(listing);
          if (!over && wasFull && readyBytes <= LIMITS.bulkWaitingBytesMax) bytes?.resume();
          return listing;
        }
        if (failure !== undefined) throw failure;
        if (over) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
};

const bytesHeld = (listing: BulkListing): number => {
  if (!isListed(listing)) return 0;
  const { uids, combinationOf, combinations } = listing.rows;
  return (
    uids.byteLength + combinationOf.byteLength + combinations.reduce((sum, { length }) => sum + 16 + 8 * length, 0)
  );
};
