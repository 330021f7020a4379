/** Serves the routes that open a mailbox. */
import type { Context } from 'aws-lambda';
import type { ApiHandler } from '../shared/api/handler.ts';
import { destroyLeftOver } from '../shared/imap/session.ts';
import { once } from '../shared/vault/once.ts';
import { requestKeyOf } from './base-deps.ts';
import { mailboxDeps } from './mailbox-deps.ts';
import { readSettings } from './settings.ts';

const deps = mailboxDeps();
const settings = readSettings();

/** Left for the answer after the mail server was given up on. */
const ANSWER_MS = 1_000;

const depsOf = (context: Context) => {
  destroyLeftOver();
  const endsAt = deps.now() + context.getRemainingTimeInMillis() - ANSWER_MS;
  return { ...deps, deadline: () => endsAt };
};

/** Routes and what they do to mailboxes are loaded with the first request, so that a sandbox is there sooner. */
const loaded = once(async (): Promise<ApiHandler> => {
  const [{ apiHandler }, { MAILBOX_OPERATIONS }] = await Promise.all([
    import('../shared/api/handler.ts'),
    import('../shared/api/mailbox-operations.ts'),
  ]);
  return apiHandler({
    operations: MAILBOX_OPERATIONS,
    depsOf,
    tenantClaim: settings.tenantClaim,
    requestKey: requestKeyOf(deps.table, settings),
  });
});

export const handler: ApiHandler = async (event, context) => await (await loaded())(event, context);
