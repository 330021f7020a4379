/** How an account is added or tried: its server found or named, its owner let in by a password or at a provider's page. */
import { randomUUID } from 'node:crypto';
import type { CallInput } from '../../shared/api/client.ts';
import { askPassword, readPasswordFile } from '../../shared/terminal/ask-password.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { untilSynced } from '../first-sync.ts';
import { listenForRedirect } from '../loopback.ts';
import { readText } from '../parse-option.ts';

type AccountBody = CallInput<'addAccount'>['body'];

type ServerOptions = {
  readonly host?: string;
  readonly port?: number;
  readonly tls?: 'implicit' | 'starttls';
  readonly user?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly pin?: string;
};
type AddOptions = ServerOptions & {
  readonly name?: string;
  readonly pollSeconds?: AccountBody['pollSeconds'];
  readonly timeZone?: string;
  readonly existing?: boolean;
  readonly allowDestroy?: boolean;
  readonly oauth?: string;
  readonly redirectPort: number;
  readonly wait?: boolean;
};

export const addAccount = async (
  context: Context,
  [address]: readonly string[],
  options: AddOptions,
): Promise<void> => {
  const { terminal, json } = context;
  const account = await (options.oauth === undefined
    ? addWithPassword(context, address, options)
    : addAtProvider(context, address, options, options.oauth));
  if (!json) terminal.say(`${account.name} is added: ${account.user} on ${account.host}. Its id is ${account.id}`);
  const synced = options.wait === true ? await untilSynced(context, account.id) : account;
  if (json) terminal.json(synced);
};

export const testAccount = async (
  context: Context,
  [address]: readonly string[],
  options: ServerOptions,
): Promise<void> => {
  const { terminal, json, call } = context;
  const { body } = await call('testConnection', { body: await bodyOf(context, address, options) });
  if (json) return terminal.json(body);
  terminal.say(`The login works. There are ${body.folders.length} folders:`);
  terminal.table(
    ['FOLDER', 'ROLE'],
    body.folders.map(({ path, role = '' }) => [path, role]).sort(([a = ''], [b = '']) => a.localeCompare(b)),
  );
};

const addWithPassword = async (context: Context, address: string | undefined, options: AddOptions) => {
  const { name, pollSeconds, timeZone, existing, allowDestroy } = options;
  const body: AccountBody = {
    ...(await bodyOf(context, address, options)),
    ...(name === undefined ? {} : { name }),
    ...(pollSeconds === undefined ? {} : { pollSeconds }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(existing === true ? { applyToExisting: true } : {}),
    ...(allowDestroy === true ? { allowDestroy: true } : {}),
  };
  return (await context.call('addAccount', { body, idempotencyKey: randomUUID() })).body;
};

/** Server, user and password as the API takes them; the password is asked for last. */
const bodyOf = async (context: Context, address: string | undefined, options: ServerOptions): Promise<AccountBody> => {
  const { ca, pin, passwordFile } = options;
  const server =
    options.host === undefined ? await discovered(context, address) : named(address, options, options.host);
  const { user, host } = { ...server, ...(options.user === undefined ? {} : { user: options.user }) };
  const trust = {
    ...(ca === undefined ? {} : { ca: readText('--ca', ca) }),
    ...(pin === undefined ? {} : { pin }),
  };
  const password =
    passwordFile === undefined ? await askPassword(`Password of ${user} on ${host}: `) : readPasswordFile(passwordFile);
  return { ...server, user, ...trust, ...(address === undefined ? {} : { address }), password };
};

const named = (address: string | undefined, { user, port, tls }: ServerOptions, host: string) => {
  const who = user ?? address;
  if (who === undefined) throw new Failure(EXIT.usage, '--host goes with an address or --user');
  return { host, user: who, ...(port === undefined ? {} : { port }), ...(tls === undefined ? {} : { tls }) };
};

const discovered = async ({ call, terminal }: Context, address: string | undefined) => {
  if (address === undefined) throw new Failure(EXIT.usage, 'which account?', 'Give its address, or --host and --user.');
  const { servers } = (await call('discoverServers', { body: { address } })).body;
  const server = servers.find(({ passwords }) => passwords);
  const page = servers.find(({ provider }) => provider?.oauth !== undefined)?.provider?.oauth;
  if (server === undefined) {
    const way = page === undefined ? 'Name its mail server with --host.' : `Sign in there: --oauth ${page}.`;
    throw new Failure(EXIT.failed, `no mail server was found for ${address} that takes a password`, way);
  }
  const { host, port, tls, user, provider } = server;
  terminal.hint(`The mail server is ${host}:${port}${provider === undefined ? '' : ` (${provider.name})`}`);
  if (provider?.passwordPage !== undefined) terminal.hint(`An app password is made at ${provider.passwordPage}`);
  return { host, port, tls, user };
};

const addAtProvider = async (context: Context, address: string | undefined, options: AddOptions, provider: string) => {
  if (address === undefined) throw new Failure(EXIT.usage, '--oauth goes with the address of the account');
  const { user, name, pollSeconds, existing, redirectPort } = options;
  const loopback = await listenForRedirect(redirectPort);
  try {
    const { redirectUri } = loopback;
    const given = {
      ...(user === undefined ? {} : { user }),
      ...(name === undefined ? {} : { name }),
      ...(pollSeconds === undefined ? {} : { pollSeconds }),
      ...(existing === true ? { applyToExisting: true } : {}),
    };
    const begun = await context.call('authorizeAccount', { body: { provider, redirectUri, address, ...given } });
    const { authorizationUrl, state } = begun.body;
    context.terminal.hint(`Sign in at ${authorizationUrl}`);
    await context.browse(authorizationUrl);
    const { code, iss, error } = await loopback.answer(state);
    const answer = {
      state,
      ...(code === undefined ? {} : { code }),
      ...(iss === undefined ? {} : { iss }),
      ...(error === undefined ? {} : { error }),
    };
    return (await context.call('completeAuthorization', { body: answer, idempotencyKey: randomUUID() })).body;
  } finally {
    loopback.close();
  }
};
