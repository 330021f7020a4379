/** Serves the routes that open a mailbox. */
import type { Context } from 'aws-lambda';
import { apiHandler } from '../shared/api/handler.ts';
import { MAILBOX_OPERATIONS } from '../shared/api/mailbox-operations.ts';
import { destroyLeftOver } from '../shared/imap/session.ts';
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

export const handler = apiHandler({
  operations: MAILBOX_OPERATIONS,
  depsOf,
  tenantClaim: settings.tenantClaim,
  requestKey: requestKeyOf(deps.table, settings),
});
