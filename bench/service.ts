/** The service as a worker has it: the real use cases with a real vault, the table elsewhere, loopback alone to connect to. */
import { randomUUID } from 'node:crypto';
import { LIMITS } from '../shared/limits.ts';
import { parseRule } from '../shared/rules/rule.ts';
import { configCache } from '../shared/service/account-config.ts';
import { type ApplyReport, applyExisting } from '../shared/service/apply-existing.ts';
import type { CheckReport } from '../shared/service/check-account.ts';
import { checkAccounts } from '../shared/service/check-accounts.ts';
import type { MailboxDeps } from '../shared/service/mailbox-deps.ts';
import { createRule } from '../shared/service/manage-rules.ts';
import { putNewAccount } from '../shared/store/accounts.ts';
import { type AccountRef, createHead } from '../shared/store/head.ts';
import { listRules } from '../shared/store/rules.ts';
import { pollGroupOf } from '../shared/sync/due.ts';
import { USUAL_SCHEDULE } from '../shared/sync/schedule.ts';
import type { KeyPair } from '../shared/vault/key-pair.ts';
import { vaultOf } from '../shared/vault/vault.ts';
import { meterUnits, type Units } from './consumed-units.ts';
import { type BenchTable, openBenchTable } from './database.ts';
import type { FixtureUser } from './fixture-mail.ts';

export type ServiceSettings = {
  readonly table: BenchTable;
  readonly keys: KeyPair;
  /** Each look at the clock finds it so much later, as where the server is slow; 0 by default. */
  readonly secondsPerLook?: number;
};

/** A mailbox on loopback. */
export type BenchAccount = FixtureUser & { readonly port: number; readonly ca: string };

export type BenchService = {
  readonly deps: MailboxDeps;
  readonly addAccount: (account: BenchAccount) => Promise<AccountRef>;
  /** As their owner would post them. */
  readonly addRules: (rules: readonly object[]) => Promise<void>;
  /** The rules over mail that is there; with a token, what that was told for. */
  readonly apply: (ref: AccountRef, token?: string) => Promise<ApplyReport>;
  readonly check: (ref: AccountRef) => Promise<CheckReport>;
  /** Consumed since it was last asked. */
  readonly units: () => Units;
  readonly close: () => void;
};

// As long as the real ones: a Cognito user's sub.
const TENANT = '4b3d1c52-8a1e-4f6b-9a51-0c2f7e6d9a10';

export const openService = ({ table: place, keys, secondsPerLook = 0 }: ServiceSettings): BenchService => {
  const table = openBenchTable(place);
  const units = meterUnits(table);
  const vault = vaultOf({ publicKey: async () => keys.publicJwk, privateKey: async () => keys.privateJwk });
  let endsAt = 0;
  let lateMs = 0;
  const deps: MailboxDeps = {
    table,
    now: () => {
      lateMs += secondsPerLook * 1_000;
      return Date.now() + lateMs;
    },
    newId: () => randomUUID().replaceAll('-', '').slice(0, 16),
    log: { info: () => undefined, warn: () => undefined, error: (event, _, cause) => console.error(event, cause) },
    sendChecks: async () => undefined,
    sealer: vault,
    schedule: USUAL_SCHEDULE,
    vault,
    egress: { ports: 'any', allows: (address) => address === '127.0.0.1' },
    deadline: () => endsAt,
  };
  const cache = configCache(deps);
  return {
    deps,
    addAccount: async ({ user, password, port, ca }) => {
      const ref = { tenant: TENANT, accountId: deps.newId() };
      await putNewAccount(table, {
        name: 'Bench',
        host: '127.0.0.1',
        port,
        tls: 'implicit',
        user,
        address: 'bench@example.com',
        ca,
        pollSeconds: 60,
        applyToExisting: false,
        tenant: ref.tenant,
        id: ref.accountId,
        credential: await vault.seal({ kind: 'password', password }, ref),
        revision: 1,
        createdAt: deps.now(),
        updatedAt: deps.now(),
      });
      await createHead(table, ref, pollGroupOf(ref.accountId, 60, LIMITS.pollShards));
      return ref;
    },
    addRules: async (rules) => {
      for (const rule of rules) await createRule(deps, { tenant: TENANT, id: deps.newId(), input: parseRule(rule) });
    },
    apply: async (ref, token) => {
      endsAt = deps.now() + LIMITS.runSeconds * 1_000;
      const ruleIds = (await listRules(table, ref.tenant)).map(({ id }) => id);
      return await applyExisting(deps, { ...ref, ruleIds, ...(token === undefined ? {} : { token }) });
    },
    check: async (ref) => {
      endsAt = deps.now() + LIMITS.runSeconds * 1_000;
      const tickSeconds = Math.floor(deps.now() / 1_000);
      const [report] = await checkAccounts(deps, cache, { accounts: [ref], tickSeconds, pollSeconds: 60 });
      if (report === undefined) throw new Error('the check told nothing');
      return report;
    },
    units,
    close: () => table.client.destroy(),
  };
};
