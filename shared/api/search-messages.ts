/** POST /v1/accounts/{accountId}/messages/search */
import type { MailboxDeps } from '../service/mailbox-deps.ts';
import { searchMessages as search } from '../service/search-messages.ts';
import { nextCursorOf, placeAfter } from './message-place.ts';
import { foundMessageView } from './message-view.ts';
import type { Operation } from './operation.ts';

const LIST = 'search';

export const searchMessages: Operation<MailboxDeps, 'searchMessages'> = async (deps, { tenant, params, body }) => {
  const { cursor, ...wanted } = body;
  const { messages, notSearched, next } = await search(deps, {
    tenant,
    ...params,
    ...wanted,
    ...placeAfter(LIST, cursor),
  });
  return { body: { messages: messages.map(foundMessageView), notSearched, ...nextCursorOf(LIST, next) } };
};
