/** Serves the routes that need no mailbox. It can seal credentials and not open them: nothing here reaches shared/imap. */
import type { Context } from 'aws-lambda';
import type { ApiHandler } from '../shared/api/handler.ts';
import { once } from '../shared/vault/once.ts';
import { baseDeps, requestKeyOf } from './base-deps.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const deps = baseDeps(settings);

/** Routes, with a thousand schemas, and what they do: loaded with the first request, so that a sandbox is there sooner. */
const loaded = once(async (): Promise<ApiHandler> => {
  const [{ apiHandler }, { STORE_OPERATIONS }, { PAGES }] = await Promise.all([
    import('../shared/api/handler.ts'),
    import('../shared/api/store-operations.ts'),
    import('../shared/api/pages.ts'),
  ]);
  return apiHandler({
    operations: STORE_OPERATIONS,
    depsOf: () => deps,
    tenantClaim: settings.tenantClaim,
    requestKey: requestKeyOf(deps.table, settings),
    pages: PAGES,
  });
});

export const handler: ApiHandler = async (event, context: Context) => await (await loaded())(event, context);
