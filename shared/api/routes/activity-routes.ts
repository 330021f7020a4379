/** What was done, and its undoing. */
import { activityEntrySchema } from '../activity-view.ts';
import { undoBody } from '../change-bodies.ts';
import { undoneSchema } from '../changed-view.ts';
import { EXAMPLE_PARAMS } from '../example-params.ts';
import { pageSchema } from '../page-schema.ts';
import { pageQuerySchema } from '../query-schemas.ts';
import type { Route } from '../route.ts';

export const ACTIVITY_ROUTES = [
  {
    operationId: 'listActivity',
    method: 'GET',
    path: '/v1/accounts/{accountId}/activity',
    summary: 'List what rules did, newest first',
    scope: 'activity:read',
    opensMailbox: false,
    successStatus: 200,
    answer: pageSchema('activity', activityEntrySchema),
    query: pageQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'undoActivity',
    method: 'POST',
    path: '/v1/activity/{activityId}/undo',
    summary: 'Undo one entry of the activity',
    scope: 'mail:write',
    opensMailbox: true,
    successStatus: 200,
    answer: undoneSchema,
    idempotency: 'idempotent',
    problems: ['account.busy', 'message.gone', 'undo.impossible'],
  },
  {
    operationId: 'undoMany',
    method: 'POST',
    path: '/v1/accounts/{accountId}/undo',
    summary: 'Undo a whole run, or what a rule did of late',
    scope: 'mail:write',
    opensMailbox: true,
    successStatus: 200,
    answer: undoneSchema,
    body: undoBody,
    idempotency: 'idempotent',
    problems: ['account.busy', 'message.gone', 'undo.impossible'],
    example: { body: { ruleId: EXAMPLE_PARAMS['ruleId'], sinceSeconds: 3_600 } },
  },
] as const satisfies readonly Route[];
