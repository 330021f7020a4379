/** The whole service in one process, on real parts: Dovecot over TLS, the embedded database, a real vault. */
import { randomUUID } from 'node:crypto';
import type { EgressPolicy } from '../../shared/egress/policy.ts';
import { LIMITS } from '../../shared/limits.ts';
import { parseRule, type Rule } from '../../shared/rules/rule.ts';
import { type ConfigCache, configCache } from '../../shared/service/account-config.ts';
import type { CheckReport } from '../../shared/service/check-account.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import type { MailboxDeps, Narration } from '../../shared/service/mailbox-deps.ts';
import { raiseConfig } from '../../shared/service/raise-config.ts';
import type { AccountSettings } from '../../shared/store/accounts.ts';
import { putNewAccount } from '../../shared/store/accounts.ts';
import { type AccountRef, createHead } from '../../shared/store/head.ts';
import { putNewRule } from '../../shared/store/rules.ts';
import { pollGroupOf } from '../../shared/sync/due.ts';
import { USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { makeKeyPair } from '../../shared/vault/key-pair.ts';
import { vaultOf } from '../../shared/vault/vault.ts';
import { watch } from './canary.ts';
import type { Dovecot } from './dovecot.ts';
import { startTable } from './dynalite.ts';
import { watchedVault } from './watched-vault.ts';

/** Loopback alone: what tests may connect to. */
export const LOOPBACK_ONLY: EgressPolicy = { ports: 'any', allows: (address) => /^(127\.|::1$)/.test(address) };

export type Yard = Awaited<ReturnType<typeof startYard>>;

/** `through` as for startTable. */
export const startYard = async (through?: (endpoint: string) => Promise<string>) => {
  const database = await startTable('mailyard', through);
  const { publicJwk, privateJwk } = await makeKeyPair();
  const vault = watchedVault(vaultOf({ publicKey: async () => publicJwk, privateKey: async () => privateJwk }));
  const sent: CheckMessage[] = [];
  const logged: string[] = [];
  const narrated: Narration[] = [];
  const write = (level: string) => (event: string, fields?: object, cause?: unknown) => {
    watch('log', [event, fields]);
    if (cause !== undefined) watch('error', cause);
    logged.push(JSON.stringify({ level, event, ...fields, cause: cause instanceof Error ? cause.stack : cause }));
  };
  const clock = { skewMs: 0 };
  const now = () => Date.now() + clock.skewMs;
  const deps: MailboxDeps = {
    table: database.table,
    now,
    newId: () => randomUUID().replaceAll('-', '').slice(0, 21),
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    sendChecks: async (messages) => {
      watch('queue', messages);
      sent.push(...messages);
    },
    sealer: vault,
    schedule: USUAL_SCHEDULE,
    vault,
    egress: LOOPBACK_ONLY,
    deadline: () => now() + LIMITS.runSeconds * 1_000,
    narrate: (line) => narrated.push(line),
  };
  const cache: ConfigCache = configCache(deps);

  return {
    deps,
    database,
    sent,
    logged,
    narrated,
    clock,
    addAccount: async (
      server: Pick<Dovecot, 'host' | 'port' | 'users'> & { readonly ca?: string },
      user: string,
      more: Partial<AccountSettings & { tenant: string; password: string }> = {},
    ): Promise<AccountRef> => {
      const { password = server.users[user] ?? '', tenant = 'tenant-1', ...settings } = more;
      const ref = { tenant, accountId: deps.newId() };
      await putNewAccount(deps.table, {
        name: user,
        host: server.host,
        port: server.port,
        tls: 'implicit',
        user,
        address: `${user}@example.com`,
        ...(server.ca === undefined ? {} : { ca: server.ca }),
        pollSeconds: 60,
        applyToExisting: false,
        ...settings,
        tenant,
        id: ref.accountId,
        credential: await vault.seal({ kind: 'password', password }, ref),
        revision: 1,
        createdAt: now(),
        updatedAt: now(),
      });
      await createHead(deps.table, ref, pollGroupOf(ref.accountId, 60, LIMITS.pollShards));
      return ref;
    },
    addRule: async (ref: AccountRef, input: object): Promise<Rule> => {
      const at = now();
      const rule = {
        ...parseRule(input, { mayDestroy: true }),
        id: deps.newId(),
        revision: 1,
        createdAt: at,
        updatedAt: at,
      };
      await putNewRule(deps.table, ref.tenant, rule);
      await raiseConfig(deps, ref.tenant, undefined);
      return rule;
    },
    check: async (...accounts: AccountRef[]): Promise<CheckReport[]> =>
      await checkAccounts(deps, cache, {
        accounts,
        tickSeconds: Math.floor(now() / 1_000),
        pollSeconds: 60,
        byHand: true,
      }),
    stop: () => database.stop(),
  };
};

/** Checks until nothing is left to be done; the sum of what was proved on the way. */
export const checkUntilQuiet = async (yard: Yard, ref: AccountRef) => {
  const effects = { move: 0, copy: 0, flag: 0, draft: 0 };
  for (let round = 0; round < 10; round += 1) {
    const [report] = await yard.check(ref);
    if (report?.outcome === 'quiet') return { effects, rounds: round + 1 };
    if (report?.outcome !== 'synced') throw new Error(`the check came to ${JSON.stringify(report)}`);
    for (const kind of ['move', 'copy', 'flag', 'draft'] as const) effects[kind] += report.sync.effects[kind];
  }
  throw new Error('the account does not come to rest');
};
