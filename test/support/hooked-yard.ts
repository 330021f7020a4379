/** A yard whose owners' services listen: an HTTPS receiver, an event bus, and the queue worked off as functions/sync does. */
import assert from 'node:assert/strict';
import { eventBus } from '../../functions/event-bus.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountSettings } from '../../shared/store/accounts.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { startDovecot } from './dovecot.ts';
import { dovecotOracle } from './dovecot-oracle.ts';
import { startEventBridge } from './event-bridge.ts';
import { startHookReceiver } from './hook-receiver.ts';
import { checkUntilQuiet, startYard } from './yard.ts';
import { apiOver } from './yard-api.ts';

export type HookedYard = Awaited<ReturnType<typeof startHookedYard>>;

export const startHookedYard = async (users: readonly string[]) => {
  const server = await startDovecot({
    users: Object.fromEntries(users.map((name) => [name, `canary-password-${name}`])),
  });
  const receiver = await startHookReceiver();
  const bridge = await startEventBridge();
  const yard = await startYard();
  const deps: MailboxDeps = {
    ...yard.deps,
    egress: receiver.egress(yard.deps.egress),
    hasEventBus: true,
    putEvents: eventBus(bridge.busName, { ...bridge.clientConfig, maxAttempts: 1 }),
  };
  const call = apiOver(deps);
  const work = async (message: CheckMessage) => await checkAccounts(deps, configCache(deps), message);
  let tenants = 0;
  return {
    server,
    oracle: dovecotOracle(server),
    receiver,
    bridge,
    yard,
    deps,
    call,
    work,
    /** What the queue holds. */
    workOff: async (): Promise<void> => {
      for (let message = yard.sent.shift(); message !== undefined; message = yard.sent.shift()) await work(message);
    },
    /** An account of a tenant of its own, at rest. */
    settle: async (user: string, more: Partial<AccountSettings> = {}): Promise<AccountRef> => {
      tenants += 1;
      const ref = await yard.addAccount(server, user, { ...more, tenant: `hooked-${tenants}` });
      await checkUntilQuiet(yard, ref);
      return ref;
    },
    hook: async (ref: AccountRef, more: object = {}): Promise<{ id: string; secret: string }> => {
      const body = { url: receiver.url, ...more };
      const made = await call('POST', '/v1/webhooks', { tenant: ref.tenant, body });
      assert.equal(made.status, 201, made.text);
      return { id: String(made.json['id']), secret: String(made.json['secret']) };
    },
    check: async (ref: AccountRef): Promise<void> => {
      const [report] = await yard.check(ref);
      assert.equal(report?.outcome, 'synced', JSON.stringify(report));
    },
    /** Between tests. */
    reset: (): void => {
      receiver.received.length = 0;
      receiver.step.reply = () => 204;
      receiver.step.headers = {};
      bridge.reset();
      yard.clock.skewMs = 0;
      yard.sent.length = 0;
    },
    stop: async (): Promise<void> => {
      await receiver.stop();
      await bridge.stop();
      await yard.stop();
      await server.stop();
    },
  };
};
