/** The API over a yard, called as the gateway calls it: two handlers, each with its own routes. */
import { apiHandler } from '../../shared/api/handler.ts';
import { MAILBOX_OPERATIONS } from '../../shared/api/mailbox-operations.ts';
import { matchRoute } from '../../shared/api/match-route.ts';
import { STORE_OPERATIONS } from '../../shared/api/store-operations.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { type Answered, type Call, invoke, REQUEST_KEY } from '../api/api-under-test.ts';

export type CallApi = (method: string, path: string, options?: Call) => Promise<Answered>;

export const apiOver = (deps: MailboxDeps): CallApi => {
  const api = apiHandler({ operations: STORE_OPERATIONS, depsOf: () => deps, requestKey: REQUEST_KEY });
  const mail = apiHandler({ operations: MAILBOX_OPERATIONS, depsOf: () => deps, requestKey: REQUEST_KEY });
  return (method, path, options) =>
    invoke(matchRoute(method, path)?.opensMailbox === true ? mail : api, method, path, options);
};
