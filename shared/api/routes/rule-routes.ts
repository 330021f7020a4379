/** Rules. */
import { parseRule, ruleInputSchema } from '../../rules/rule.ts';
import { applicationSchema, applyBody, applySchema } from '../application-view.ts';
import { EXAMPLE_PARAMS } from '../example-params.ts';
import { pageSchema } from '../page-schema.ts';
import { pageQuerySchema } from '../query-schemas.ts';
import type { Route } from '../route.ts';
import { ruleSchema } from '../rule-view.ts';

const EXAMPLE = {
  name: 'Bills',
  conditions: { from: 'billing@example.com', hasAttachment: true },
  actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
};

const APPLIED = {
  token: 'q3Vd8LmT0xRk2bYw.PpSx0T9c1nQm4vJZ8hB2wK7eL5dF3gR6tY1uI0oA9sE',
  messages: 1,
  beyondLimits: false,
  folders: [{ path: 'INBOX', messages: 3, examined: 2, matched: 1 }],
  rules: [{ id: EXAMPLE_PARAMS['ruleId'], name: 'Bills', messages: 1 }],
  samples: [
    {
      messageId: EXAMPLE_PARAMS['messageId'],
      path: 'INBOX',
      receivedAt: '2026-03-02T08:12:00.000Z',
      from: 'Northwind Hosting <billing@example.com>',
      subject: 'Invoice 2031-0457',
      wouldDo: ['move to Bills'],
    },
  ],
};
/** Whether the rule's accounts allow it to destroy is looked up when it is saved. */
const BODY = { schema: ruleInputSchema, parse: (input: unknown) => parseRule(input, { mayDestroy: true }) };

export const RULE_ROUTES = [
  {
    operationId: 'createRule',
    method: 'POST',
    path: '/v1/rules',
    summary: 'Create a rule',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 201,
    answer: ruleSchema,
    body: BODY,
    etag: true,
    idempotency: 'key',
    problems: ['limit.rules'],
    example: { body: EXAMPLE },
  },
  {
    operationId: 'listRules',
    method: 'GET',
    path: '/v1/rules',
    summary: 'List the rules',
    scope: 'rules:read',
    opensMailbox: false,
    successStatus: 200,
    answer: pageSchema('rules', ruleSchema),
    query: pageQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'getRule',
    method: 'GET',
    path: '/v1/rules/{ruleId}',
    summary: 'Read one rule',
    scope: 'rules:read',
    opensMailbox: false,
    successStatus: 200,
    answer: ruleSchema,
    etag: true,
    idempotency: 'safe',
  },
  {
    operationId: 'replaceRule',
    method: 'PUT',
    path: '/v1/rules/{ruleId}',
    summary: 'Replace a rule as a whole',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 200,
    answer: ruleSchema,
    body: BODY,
    ifMatch: 'required',
    etag: true,
    idempotency: 'idempotent',
    example: { body: { ...EXAMPLE, mode: 'shadow' } },
  },
  {
    operationId: 'resumeRule',
    method: 'POST',
    path: '/v1/rules/{ruleId}/resume',
    summary: 'Let a rule go on that was paused for reaching too far',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 200,
    answer: ruleSchema,
    etag: true,
    idempotency: 'idempotent',
  },
  {
    operationId: 'deleteRule',
    method: 'DELETE',
    path: '/v1/rules/{ruleId}',
    summary: 'Delete a rule; what it did stays in the activity',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 204,
    ifMatch: 'required',
    idempotency: 'idempotent',
  },
  {
    operationId: 'applyRule',
    method: 'POST',
    path: '/v1/rules/{ruleId}/apply',
    summary: 'Tell what a rule would do to mail that is there; with the token of that answer, have it done',
    scope: 'rules:write',
    opensMailbox: true,
    successStatus: 200,
    answer: applySchema,
    body: applyBody,
    idempotency: 'idempotent',
    problems: ['apply.stale', 'account.busy', 'account.paused'],
    example: {
      body: { accountId: EXAMPLE_PARAMS['accountId'], mailboxes: [{ role: 'inbox' }] },
      // Each token is another.
      answer: { status: 200, headers: {}, body: APPLIED },
    },
  },
  {
    operationId: 'getApplication',
    method: 'GET',
    path: '/v1/accounts/{accountId}/applications/{applicationId}',
    summary: 'Read how far rules are applied to mail that was there',
    scope: 'rules:read',
    opensMailbox: false,
    successStatus: 200,
    answer: applicationSchema,
    idempotency: 'safe',
  },
  {
    operationId: 'cancelApplication',
    method: 'DELETE',
    path: '/v1/accounts/{accountId}/applications/{applicationId}',
    summary: 'Stop applying rules to mail that was there; what was done stays done, and can be undone by run',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 200,
    answer: applicationSchema,
    idempotency: 'idempotent',
  },
] as const satisfies readonly Route[];
