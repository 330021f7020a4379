/** The routes before there is an account: finding its server, trying a login, signing in at a provider. */
import { authorizeAccount } from '../service/authorize-account.ts';
import { completeAuthorization } from '../service/authorize-callback.ts';
import { discoverServer } from '../service/discover-server.ts';
import type { MailboxDeps } from '../service/mailbox-deps.ts';
import { testConnection } from '../service/test-connection.ts';
import { accountView } from './account-view.ts';
import { authorizationView, discoveredView, testedView } from './connection-views.ts';
import type { Operations } from './operation.ts';

type ConnectionOperationId = 'discoverServers' | 'testConnection' | 'authorizeAccount' | 'completeAuthorization';

export const CONNECTION_OPERATIONS: Operations<MailboxDeps, ConnectionOperationId> = {
  discoverServers: async (deps, { body }) => ({ body: discoveredView(await discoverServer(deps, body.address)) }),

  testConnection: async (deps, { body: { settings, password } }) => ({
    body: testedView(await testConnection(deps, settings, { kind: 'password', password })),
  }),

  authorizeAccount: async (deps, { tenant, body }) => ({
    body: authorizationView(await authorizeAccount(deps, { tenant, ...body })),
  }),

  completeAuthorization: async (deps, { tenant, body: { state, ...more } }) => {
    const given = Object.entries(more).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const parameters = { ...Object.fromEntries(given), state };
    const account = await completeAuthorization(deps, { tenant, parameters });
    return { body: accountView(account), revision: account.revision, location: `/v1/accounts/${account.id}` };
  },
};
