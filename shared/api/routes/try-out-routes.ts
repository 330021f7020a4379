/** Rules tried out before they act: on mail that is there, and on one message. */
import { EXAMPLE_PARAMS } from '../example-params.ts';
import { previewBody } from '../preview-body.ts';
import { explainQuerySchema } from '../query-schemas.ts';
import type { Route } from '../route.ts';
import { explanationSchema, previewSchema } from '../try-out-view.ts';

export const TRY_OUT_ROUTES = [
  {
    operationId: 'previewRule',
    method: 'POST',
    path: '/v1/rules/preview',
    summary: 'Show what a rule or a change to one would do with mail that is there; nothing is changed',
    // It tells of messages, and saves no rule.
    scope: 'mail:read',
    opensMailbox: true,
    successStatus: 200,
    answer: previewSchema,
    body: previewBody,
    idempotency: 'idempotent',
    problems: ['not-found'],
    example: {
      body: {
        accountId: EXAMPLE_PARAMS['accountId'],
        last: 20,
        rule: {
          name: 'Invoices',
          conditions: { subject: 'invoice' },
          actions: [{ type: 'flag' }, { type: 'move', mailbox: { path: 'Bills' }, create: true }],
        },
      },
    },
  },
  {
    operationId: 'explainMessage',
    method: 'GET',
    path: '/v1/accounts/{accountId}/messages/{messageId}/explain',
    summary: 'Tell of a message why rules match it or do not, condition by condition',
    scope: 'mail:read',
    opensMailbox: true,
    successStatus: 200,
    answer: explanationSchema,
    query: explainQuerySchema,
    idempotency: 'safe',
    example: { query: { rule: EXAMPLE_PARAMS['ruleId'] ?? '' } },
  },
] as const satisfies readonly Route[];
