/** `npm start`: the whole service on this machine. */
import { join } from 'node:path';
import { isMailyardError } from '../shared/errors.ts';
import type { CheckReport } from '../shared/service/check-account.ts';
import { requestSync } from '../shared/service/request-sync.ts';
import { askPassword, readPasswordFile } from '../shared/terminal/ask-password.ts';
import { replaceFile } from '../shared/terminal/replace-file.ts';
import { UsageError } from '../shared/terminal/usage-error.ts';
import { type Demo, startDemo } from './demo/run-demo.ts';
import { ensureAccount } from './named-account.ts';
import { HELP, type NamedAccount, type Options, parseOptions } from './options.ts';
import { runOnce } from './run-once.ts';
import { type Screen, screenLog, terminalScreen } from './screen.ts';
import { type Service, startService, TENANT } from './service.ts';
import { welcome } from './welcome.ts';

const ARRIVAL_SECONDS = 5;

const main = async (args: readonly string[]): Promise<number> => {
  const options = parseOptions(args, process.cwd());
  const screen = terminalScreen(process.stdout, () => new Date());
  if (options.help) {
    screen.say(HELP);
    return 0;
  }
  const failing = new Map<string, string>();
  const service = await startService({
    dataFolder: options.dataFolder,
    allowNet: options.allowNet,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    newVaultKey: options.newVaultKey,
    functions: options.functions,
    oauthProviders: options.oauthProviders,
    hosts: options.account === undefined ? [] : [options.account.server.host],
    log: screenLog(screen),
    onReport: (report) => showTrouble(screen, failing, report),
    narrate: screen.narrate,
  });
  let demo: Demo | undefined;
  let named: string | undefined;
  try {
    if (options.demo) demo = await startDemo(options.dataFolder, service, screen.faint);
    if (options.account !== undefined) named = await addNamed(service, options.account, options.existing);
    if (options.once) return await runOnce(service, screen, options.json);
    // Its owner is here: it is tried also where its password was refused the last time.
    if (named !== undefined) await requestSync(service.deps, { tenant: TENANT, accountId: named });
    await live(service, screen, options, demo);
    return 0;
  } finally {
    await service.stop();
    await demo?.server.stop();
  }
};

const addNamed = async (
  service: Service,
  { server, passwordFile }: NamedAccount,
  existing: boolean,
): Promise<string> => {
  const address = server.user.includes('@') ? server.user : `${server.user}@${server.host}`;
  return await ensureAccount(service.deps, {
    server,
    name: server.user,
    address,
    applyToExisting: existing,
    password: async () =>
      passwordFile === undefined
        ? await askPassword(`Password of ${server.user} on ${server.host}: `)
        : readPasswordFile(passwordFile),
    newPassword: passwordFile !== undefined,
  });
};

/** Runs until Ctrl-C. */
const live = async (service: Service, screen: Screen, options: Options, demo: Demo | undefined): Promise<void> => {
  const http = await service.serve(options.port);
  replaceFile(join(options.dataFolder, 'url'), `${http.url}\n`, 0o600);
  welcome(screen, { url: http.url, token: service.token, dataFolder: options.dataFolder, demo });
  service.startTimer(options.everySeconds);
  const arrivals = demo === undefined ? undefined : setInterval(demo.deliver, ARRIVAL_SECONDS * 1_000);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  clearInterval(arrivals);
  screen.say('\nStopping: what is under way is finished first. The next start goes on from here.');
};

/** The same trouble is told once, and its end too. */
const showTrouble = (screen: Screen, failing: Map<string, string>, report: CheckReport): void => {
  const { accountId } = report.ref;
  const before = failing.get(accountId);
  if (report.outcome === 'failed') {
    if (before !== report.code) screen.warn(`account ${accountId}: ${report.code}`);
    failing.set(accountId, report.code);
  } else if (before !== undefined && (report.outcome === 'quiet' || report.outcome === 'synced')) {
    failing.delete(accountId);
    screen.say(`account ${accountId} is well again`);
  }
};

/** What the person who typed the command can put right is said in a sentence; anything else shows where it happened. */
const explain = (error: unknown): string => {
  if (error instanceof UsageError) return `${error.message}\nnpm start -- --help lists what there is.`;
  if (isMailyardError(error))
    return [error.message, ...error.fields.map(({ pointer, detail }) => `${pointer}: ${detail}`)].join('\n');
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return 'the port is taken; give another with --port';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
