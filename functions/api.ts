/** Serves the routes that need no mailbox. It can seal credentials and not open them: nothing here reaches shared/imap. */
import { apiHandler } from '../shared/api/handler.ts';
import { PAGES } from '../shared/api/pages.ts';
import { STORE_OPERATIONS } from '../shared/api/store-operations.ts';
import { baseDeps, requestKeyOf } from './base-deps.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const deps = baseDeps(settings);

export const handler = apiHandler({
  operations: STORE_OPERATIONS,
  depsOf: () => deps,
  tenantClaim: settings.tenantClaim,
  requestKey: requestKeyOf(deps.table, settings),
  pages: PAGES,
});
