/** A place in a folder's messages as a cursor holds it. */
import type { MessagePlace } from '../service/read-messages.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';

const PLACE = /^([a-z0-9]{1,16})\.(\d{1,10})\.(\d{1,10})$/;

/** `{ nextCursor }`, or nothing on the last page. */
export const nextCursorOf = (list: string, place: MessagePlace | undefined): { readonly nextCursor?: string } =>
  place === undefined ? {} : { nextCursor: encodeCursor(list, `${place.folderId}.${place.uidValidity}.${place.uid}`) };

/** `{ after }`, or nothing on the first page. Throws `validation.failed` naming `cursor`. */
export const placeAfter = (list: string, cursor: string | undefined): { readonly after?: MessagePlace } => {
  const [, folderId, uidValidity, uid] = PLACE.exec(decodeCursor(list, cursor, PLACE) ?? '') ?? [];
  if (folderId === undefined) return {};
  return { after: { folderId, uidValidity: Number(uidValidity), uid: Number(uid) } };
};
