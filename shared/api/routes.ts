/**
 * Every route of the API, as data: the handlers, the gateway, the typed client, the OpenAPI document, its page, the tests of
 * who may do what and the fuzzing are derived from it. Imported by the stack too, so nothing heavy may be reached from here.
 */
import type { Route } from './route.ts';
import { ACCOUNT_ROUTES } from './routes/account-routes.ts';
import { ACTIVITY_ROUTES } from './routes/activity-routes.ts';
import { CONNECTION_ROUTES } from './routes/connection-routes.ts';
import { LIST_ROUTES } from './routes/list-routes.ts';
import { MAIL_ROUTES } from './routes/mail-routes.ts';
import { RULE_FILE_ROUTES } from './routes/rule-file-routes.ts';
import { RULE_ROUTES } from './routes/rule-routes.ts';
import { TRY_OUT_ROUTES } from './routes/try-out-routes.ts';
import { WEBHOOK_ROUTES } from './routes/webhook-routes.ts';

export const ROUTES = [
  ...ACCOUNT_ROUTES,
  ...CONNECTION_ROUTES,
  ...MAIL_ROUTES,
  ...ACTIVITY_ROUTES,
  ...RULE_ROUTES,
  ...WEBHOOK_ROUTES,
  ...TRY_OUT_ROUTES,
  ...RULE_FILE_ROUTES,
  ...LIST_ROUTES,
] as const satisfies readonly Route[];
