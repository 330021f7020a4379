/** Where a list goes on, as callers see it: opaque, and only good for the list it came from. */
import { MailyardError } from '../errors.ts';

/** `list` names what is listed; `place` is a text that the list's use case gave. */
export const encodeCursor = (list: string, place: string): string =>
  Buffer.from(`${list}:${place}`).toString('base64url');

/** The place, if it looks as this list's places do. Throws `validation.failed` naming `cursor`. */
export const decodeCursor = (list: string, cursor: string | undefined, looksRight: RegExp): string | undefined => {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  const place = text.slice(list.length + 1);
  // Compared as text: base64url has several spellings, and bytes that are not UTF-8 decode to something else.
  const ours = text.startsWith(`${list}:`) && encodeCursor(list, place) === cursor && looksRight.test(place);
  if (ours) return place;
  throw new MailyardError('validation.failed', 'the cursor is none of this list', {
    fields: [{ pointer: 'cursor', detail: 'must be the nextCursor of a page of this list' }],
  });
};
