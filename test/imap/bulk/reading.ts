/** Runs a bulk reader over bytes that are known beforehand, and shows what it sends and delivers. */
import type { BulkFolder, BulkListing } from '../../../shared/imap/bulk/bulk-listing.ts';
import { isListed } from '../../../shared/imap/bulk/bulk-listing.ts';
import { bulkReader } from '../../../shared/imap/bulk/bulk-reader.ts';
import { rowsOf } from '../../../shared/sync/message-list.ts';

export type Reading = {
  readonly sent: string[];
  readonly delivered: BulkListing[];
  readonly feed: (bytes: Buffer | string) => void;
  readonly isDone: () => boolean;
};

export const startReading = (folders: readonly BulkFolder[], depth = 1_024, utf8 = false): Reading => {
  const sent: string[] = [];
  const delivered: BulkListing[] = [];
  const reader = bulkReader(folders, {
    depth,
    utf8,
    send: (lines) => sent.push(...lines.split('\r\n').slice(0, -1)),
    deliver: (listing) => delivered.push(listing),
  });
  reader.start();
  return { sent, delivered, feed: (bytes) => reader.feed(Buffer.from(bytes)), isDone: reader.isDone };
};

/** Lines as the server writes them. */
export const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

/** A listing in plain values, its rows as [uid, keywords]. */
export const plain = (listing: BulkListing | undefined) => {
  if (listing === undefined || !isListed(listing)) return listing;
  return { ...listing, rows: [...rowsOf(listing.rows)].map(({ uid, keywords }) => [uid, keywords]) };
};

/** Reads a whole answer in pieces of these lengths, the last one taking the rest. */
export const readInPieces = (folders: readonly BulkFolder[], answer: Buffer, lengths: readonly number[]): Reading => {
  const reading = startReading(folders);
  let at = 0;
  for (const length of lengths) {
    if (at < answer.length) reading.feed(answer.subarray(at, at + length));
    at += length;
  }
  if (at < answer.length) reading.feed(answer.subarray(at));
  return reading;
};
