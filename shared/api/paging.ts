/** A page that was asked for, and where the next one begins. */
import { decodeCursor, encodeCursor } from './page-cursor.ts';

/** What our own ids look like. */
export const ID = /^[A-Za-z0-9_-]{1,64}$/;

export const pageOf = (
  list: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  looksRight: RegExp,
): { limit: number; after?: string } => {
  const after = decodeCursor(list, query.cursor, looksRight);
  return { limit: query.limit, ...(after === undefined ? {} : { after }) };
};

/** Absent on the last page. */
export const nextCursor = (list: string, next: string | undefined) =>
  next === undefined ? {} : { nextCursor: encodeCursor(list, next) };
