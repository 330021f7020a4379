/** The whole service in one process: the same handlers and use cases as on AWS, on an embedded database, queue and timer. */
import { mkdirSync } from 'node:fs';
import type { Claims } from '../shared/api/caller.ts';
import { apiHandler } from '../shared/api/handler.ts';
import { MAILBOX_OPERATIONS } from '../shared/api/mailbox-operations.ts';
import { PAGES } from '../shared/api/pages.ts';
import { SCOPES } from '../shared/api/route.ts';
import { STORE_OPERATIONS } from '../shared/api/store-operations.ts';
import { LIMITS } from '../shared/limits.ts';
import type { OAuthProvider } from '../shared/oauth/provider.ts';
import { configCache } from '../shared/service/account-config.ts';
import type { CheckReport } from '../shared/service/check-account.ts';
import { checkAccounts } from '../shared/service/check-accounts.ts';
import type { CheckMessage, Log } from '../shared/service/deps.ts';
import { dispatchChecks } from '../shared/service/dispatch-checks.ts';
import type { MailboxDeps, Narration } from '../shared/service/mailbox-deps.ts';
import { newId } from '../shared/service/new-id.ts';
import { listAccounts } from '../shared/store/accounts.ts';
import { listWebhooks } from '../shared/store/webhooks.ts';
import { allPollGroups } from '../shared/sync/due.ts';
import { USUAL_SCHEDULE } from '../shared/sync/schedule.ts';
import { vaultOf } from '../shared/vault/vault.ts';
import { openDatabase } from './database.ts';
import { localEgress } from './egress.ts';
import { type HttpService, serveHttp } from './http.ts';
import { type Issuer, issuerTokens } from './issuer-tokens.ts';
import { localQueue } from './queue.ts';
import { loadFunctions } from './rule-functions.ts';
import { fileKeyring, fileRequestKey, fileToken, isSameToken } from './secrets.ts';

/** There is one owner here. */
export const TENANT = 'local';

export type ServiceOptions = {
  readonly dataFolder: string;
  readonly allowNet: boolean;
  /** Passwords are sealed under a new key from now on. */
  readonly newVaultKey?: boolean;
  /** Hosts that may be connected to beside this machine. */
  readonly hosts: readonly string[];
  /** Functions that rules may call: name to module. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Whose tokens are believed beside the one in the data folder. */
  readonly issuer?: Issuer;
  readonly oauthProviders?: readonly OAuthProvider[];
  readonly log: Log;
  readonly onReport: (report: CheckReport) => void;
  readonly narrate: (line: Narration) => void;
};

export type Service = {
  readonly deps: MailboxDeps;
  readonly token: string;
  readonly serve: (port: number | undefined) => Promise<HttpService>;
  /** Checks every account once, now; resolves when that is done. */
  readonly checkAll: () => Promise<CheckReport[]>;
  /** Begins to check every account each `everySeconds`. */
  readonly startTimer: (everySeconds: number) => void;
  readonly stop: () => Promise<void>;
};

export const startService = async (options: ServiceOptions): Promise<Service> => {
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  const database = await openDatabase(options.dataFolder);
  const keyring = await fileKeyring(options.dataFolder);
  if (options.newVaultKey === true) await keyring.renew();
  const vault = vaultOf(keyring);
  const token = fileToken(options.dataFolder);
  const requestKey = fileRequestKey(options.dataFolder);
  const queue = localQueue(async (message) => {
    for (const report of await check(message)) options.onReport(report);
  }, AT_ONCE);
  const functions = await loadFunctions(options.functions ?? {});
  const deps: MailboxDeps = {
    functions,
    functionNames: [...functions.keys()],
    table: database.table,
    now: Date.now,
    newId,
    log: options.log,
    sendChecks: queue.send,
    sealer: vault,
    schedule: USUAL_SCHEDULE,
    vault,
    providers: async () => options.oauthProviders ?? [],
    egress: localEgress(options),
    deadline: () => Number.POSITIVE_INFINITY,
    narrate: options.narrate,
  };
  const cache = configCache(deps);
  const withDeadline = (seconds: number): MailboxDeps => {
    const endsAt = Date.now() + seconds * 1_000;
    return { ...deps, deadline: () => endsAt };
  };
  const check = (message: CheckMessage): Promise<CheckReport[]> =>
    checkAccounts(withDeadline(LIMITS.runSeconds), cache, message).catch((error: unknown) => {
      options.log.error('check.lost', {}, error);
      return [];
    });

  const ofIssuer = options.issuer === undefined ? undefined : issuerTokens(options.issuer);
  const authorize = async (given: string): Promise<Claims | undefined> =>
    isSameToken(given, token) ? { sub: TENANT, scope: SCOPES.join(' ') } : await ofIssuer?.(given);

  let timer: NodeJS.Timeout | undefined;
  let http: HttpService | undefined;
  const tick = async (): Promise<void> => {
    await dispatchChecks(deps, Math.floor(Date.now() / 1_000), allPollGroups(LIMITS)).catch((error: unknown) => {
      options.log.error('dispatch.failed', {}, error);
    });
  };

  // The queue is in memory: what the last start left undelivered is taken up.
  const deliverWhatWaits = async (): Promise<void> => {
    const deliver = (await listWebhooks(deps.table, TENANT)).map(({ id }) => ({ tenant: TENANT, webhookId: id }));
    const tickSeconds = Math.floor(Date.now() / 1_000);
    if (deliver.length > 0) await queue.send([{ accounts: [], tickSeconds, pollSeconds: 60, deliver }]);
  };

  return {
    deps,
    token,
    serve: async (port) => {
      http = await listen(port, {
        handlers: {
          api: apiHandler({ operations: STORE_OPERATIONS, depsOf: () => deps, requestKey, pages: PAGES }),
          mail: apiHandler({ operations: MAILBOX_OPERATIONS, depsOf: () => withDeadline(REQUEST_SECONDS), requestKey }),
        },
        authorize,
      });
      return http;
    },
    checkAll: async () => {
      const accounts = (await listAccounts(deps.table, TENANT)).map(({ id }) => ({ tenant: TENANT, accountId: id }));
      const reports: CheckReport[] = [];
      for (let from = 0; from < accounts.length; from += LIMITS.accountsPerCheckMax) {
        const some = accounts.slice(from, from + LIMITS.accountsPerCheckMax);
        const tickSeconds = Math.floor(Date.now() / 1_000);
        reports.push(...(await check({ accounts: some, tickSeconds, pollSeconds: 60, byHand: true })));
      }
      return reports;
    },
    startTimer: (everySeconds) => {
      void deliverWhatWaits();
      void tick();
      timer = setInterval(() => void tick(), everySeconds * 1_000);
    },
    stop: async () => {
      clearInterval(timer);
      await http?.close();
      await queue.stop();
      await database.close();
    },
  };
};

/** Batches, and long pieces of work beside them: a server that is slow holds up only what waits for it. */
const AT_ONCE = { atOnce: 4, longAtOnce: 2 };
const REQUEST_SECONDS = 28;
const PORT_DEFAULT = 8420;

/** A port that was asked for is taken or it fails; the usual one gives way to any that is free. */
const listen = async (port: number | undefined, options: Omit<Parameters<typeof serveHttp>[0], 'port'>) => {
  if (port !== undefined) return await serveHttp({ ...options, port });
  try {
    return await serveHttp({ ...options, port: PORT_DEFAULT });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return await serveHttp({ ...options, port: 0 });
  }
};
