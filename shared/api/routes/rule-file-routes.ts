/** Rules as files: backed up, kept beside code, brought along from elsewhere. */
import { LIMITS } from '../../limits.ts';
import type { Route } from '../route.ts';
import { exportQuerySchema, exportSchema, importBody, importSchema } from '../rule-file-body.ts';

export const RULE_FILE_ROUTES = [
  {
    operationId: 'exportRules',
    method: 'GET',
    path: '/v1/rules/export',
    summary: 'Write all rules as a file, YAML or JSON',
    scope: 'rules:read',
    opensMailbox: false,
    successStatus: 200,
    answer: exportSchema,
    query: exportQuerySchema,
    idempotency: 'safe',
    example: { query: { format: 'yaml' } },
  },
  {
    operationId: 'importRules',
    method: 'POST',
    path: '/v1/rules/import',
    summary: 'Read rules in from a file of ours, of Gmail or of Microsoft Graph, or tell what that would change',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 200,
    answer: importSchema,
    body: importBody,
    bodyBytesMax: LIMITS.importBodyBytesMax,
    idempotency: 'key',
    problems: ['limit.rules', 'precondition.failed'],
    example: {
      body: {
        format: 'yaml',
        mode: 'replace',
        dryRun: true,
        text: 'rules:\n  - name: Invoices\n    conditions:\n      subject: invoice\n    actions:\n      - type: flag\n',
      },
    },
  },
] as const satisfies readonly Route[];
