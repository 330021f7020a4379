/** What rules did. */
import { activityEntrySchema } from '../activity-view.ts';
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
] as const satisfies readonly Route[];
