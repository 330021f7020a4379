/** GET /v1/accounts/{accountId}/messages */
import type { BaseDeps } from '../service/deps.ts';
import { type MessagePlace, readMessages } from '../service/read-messages.ts';
import { folderView } from './folder-view.ts';
import type { Operation } from './operation.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';

const LIST = 'messages';
const PLACE = /^([a-z0-9]{1,16})\.(\d{1,10})\.(\d{1,10})$/;

export const listMessages: Operation<BaseDeps, 'listMessages'> = async (deps, { tenant, params, query }) => {
  const { cursor, ...wanted } = query;
  const after = parsePlace(decodeCursor(LIST, cursor, PLACE));
  const { folder, messages, next } = await readMessages(deps, {
    tenant,
    ...params,
    ...wanted,
    ...(after === undefined ? {} : { after }),
  });
  const place = next === undefined ? undefined : `${next.folderId}.${next.uidValidity}.${next.uid}`;
  return {
    body: {
      folder: folderView(folder),
      messages,
      ...(place === undefined ? {} : { nextCursor: encodeCursor(LIST, place) }),
    },
  };
};

const parsePlace = (place: string | undefined): MessagePlace | undefined => {
  const [, folderId, uidValidity, uid] = PLACE.exec(place ?? '') ?? [];
  return folderId === undefined ? undefined : { folderId, uidValidity: Number(uidValidity), uid: Number(uid) };
};
