/** GET /v1/accounts/{accountId}/messages */
import type { BaseDeps } from '../service/deps.ts';
import { readMessages } from '../service/read-messages.ts';
import { folderView } from './folder-view.ts';
import { nextCursorOf, placeAfter } from './message-place.ts';
import type { Operation } from './operation.ts';

const LIST = 'messages';

export const listMessages: Operation<BaseDeps, 'listMessages'> = async (deps, { tenant, params, query }) => {
  const { cursor, ...wanted } = query;
  const { folder, messages, next } = await readMessages(deps, {
    tenant,
    ...params,
    ...wanted,
    ...placeAfter(LIST, cursor),
  });
  return { body: { folder: folderView(folder), messages, ...nextCursorOf(LIST, next) } };
};
