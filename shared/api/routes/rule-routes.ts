/** Rules. */
import { parseRule, ruleInputSchema } from '../../rules/rule.ts';
import { pageSchema } from '../page-schema.ts';
import { pageQuerySchema } from '../query-schemas.ts';
import type { Route } from '../route.ts';
import { ruleSchema } from '../rule-view.ts';

const EXAMPLE = {
  name: 'Bills',
  conditions: { from: 'billing@example.com', hasAttachment: true },
  actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
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
] as const satisfies readonly Route[];
