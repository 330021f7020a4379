/** `login` and `logout`. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { SCOPE_PREFIX } from '../../shared/api/caller.ts';
import { apiClient } from '../../shared/api/client.ts';
import { SCOPES } from '../../shared/api/route.ts';
import { beginAuthorization, exchangeCode, type Tokens } from '../../shared/oauth/client.ts';
import { signInOnDevice } from '../../shared/oauth/device.ts';
import { askPassword, readPasswordFile } from '../../shared/terminal/ask-password.ts';
import { acting, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { type Login, loginFile, removeLogin, writeLogin } from '../login-file.ts';
import { listenForRedirect, REDIRECT_PORT_DEFAULT } from '../loopback.ts';
import { oauthDeps } from '../oauth-deps.ts';
import { oneMore, readText, wholeNumber } from '../parse-option.ts';
import { checkedUrl } from '../session.ts';
import { readStackOutputs } from '../stack-outputs.ts';

type Options = {
  readonly stack?: string | true;
  readonly url?: string;
  readonly data?: string;
  readonly tokenFile?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly device?: boolean;
  readonly redirectPort: number;
  readonly scope?: readonly string[];
  readonly resource?: string;
};

export const addLoginCommands = (program: Command): void => {
  program
    .command('login')
    .description('sign in to a service and keep the token, for its owner’s eyes alone')
    .option(
      '--data <folder>',
      'the data folder of a service on this machine: its address and token are read from there',
    )
    .option('--stack [name]', 'a stack in your AWS account, Mailyard unless named: its outputs tell the rest')
    .option('--url <address>', 'the address of the API')
    .option('--token-file <file>', 'its token is the first line of the file, or of stdin with -; else it is asked for')
    .option('--issuer <url>', 'sign in at this OpenID issuer, such as a Cognito user pool')
    .option('--client-id <id>', 'the public client that the issuer knows for this')
    .option('--device', 'sign in on another device by a short code, where the issuer offers that')
    .option('--redirect-port <port>', 'where the browser comes back to', wholeNumber(1, 65_535), REDIRECT_PORT_DEFAULT)
    .option('--scope <scope>', 'ask for this scope and not for all; more than once', oneMore)
    .option('--resource <uri>', 'the API as the issuer knows it (RFC 8707), where it asks for one')
    .action(acting<Options>(login));
  program
    .command('logout')
    .description('forget the kept token')
    .action(
      acting(async ({ environment, profile, terminal, json }) => {
        removeLogin(environment.configFolder, profile);
        if (json) terminal.json({ profile, signedIn: false });
        else terminal.say(`Forgotten: ${loginFile(environment.configFolder, profile)}`);
      }),
    );
};

const login = async (context: Context, _args: readonly string[], options: Options): Promise<void> => {
  const { environment, terminal, profile, json } = context;
  const kept = await signIn(context, options);
  // Not kept before the service took it.
  const client = apiClient({ url: kept.url, token: () => kept.token });
  const { body } = await client.call('listAccounts', { query: { limit: 1 } });
  const file = writeLogin(environment.configFolder, profile, kept);
  if (json) terminal.json({ profile, signedIn: true, url: kept.url, file });
  else {
    terminal.say(`Signed in to ${kept.url}. The token is kept in ${file}`);
    if (body.accounts.length === 0) terminal.say('There is no account yet: mailyard accounts add');
  }
};

const STACK_DEFAULT = 'Mailyard';

const signIn = async (context: Context, options: Options): Promise<Login> => {
  const { stack, issuer } = options;
  if (stack === undefined) return await (issuer === undefined ? byToken(options) : byIssuer(context, options, issuer));
  const outputs = await readStackOutputs(stack === true ? STACK_DEFAULT : stack);
  return await byIssuer(context, { ...outputs, ...options }, issuer ?? outputs.issuer);
};

const byToken = async ({ url, data, tokenFile }: Options): Promise<Login> => {
  if (data !== undefined) {
    const address = url ?? readText('--data', join(data, 'url')).trim();
    return { url: checkedUrl(address), token: readPasswordFile(join(data, 'token'), '--data') };
  }
  const way =
    'Give --data FOLDER for a service on this machine, --stack for one in your AWS account, or --url ADDRESS.';
  if (url === undefined) throw new Failure(EXIT.usage, 'which service?', way);
  const checked = checkedUrl(url);
  const token =
    tokenFile === undefined
      ? await askPassword(`Token for ${checked}: `, '--token-file')
      : readPasswordFile(tokenFile, '--token-file');
  return { url: checked, token };
};

const byIssuer = async (context: Context, options: Options, issuer: string): Promise<Login> => {
  const { url, clientId, device, resource } = options;
  if (url === undefined || clientId === undefined) {
    throw new Failure(EXIT.usage, '--issuer goes with --url and --client-id', 'The stack’s outputs tell all three.');
  }
  if (!/^https:\/\//.test(issuer)) throw new Failure(EXIT.usage, '--issuer must begin with https://');
  const scopes = options.scope ?? scopesFor(issuer);
  const provider = {
    issuer,
    clientId,
    scopes,
    parameters: {
      // Without a consent of its own no refresh token is given (OpenID Connect Core 1.0, section 11).
      ...(scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
      ...(resource === undefined ? {} : { resource }),
    },
  };
  const checked = checkedUrl(url);
  const sign = device === true ? bySecondDevice : byBrowser;
  const tokens = await sign(context, provider, options.redirectPort);
  const { accessToken, expiresAt, refreshToken } = tokens;
  const from = { ...provider, scopes: [...provider.scopes], expiresAt };
  return {
    url: checked,
    token: accessToken,
    from: refreshToken === undefined ? from : { ...from, refreshToken },
  };
};

type Provider = Parameters<typeof beginAuthorization>[1];

const byBrowser = async (context: Context, provider: Provider, port: number): Promise<Tokens> => {
  const loopback = await listenForRedirect(port);
  try {
    const { redirectUri } = loopback;
    const { url, state, codeVerifier } = await beginAuthorization(oauthDeps, provider, { redirectUri });
    context.terminal.hint(`Sign in at ${url}`);
    await context.browse(url);
    const parameters = await loopback.answer(state);
    return await exchangeCode(oauthDeps, provider, { parameters, state, redirectUri, codeVerifier });
  } finally {
    loopback.close();
  }
};

const bySecondDevice = async (context: Context, provider: Provider): Promise<Tokens> =>
  await signInOnDevice(oauthDeps, provider, ({ verificationUri, userCode }) => {
    context.terminal.hint(`Go to ${verificationUri} on any device and type ${userCode}`);
  });

/** Cognito knows scopes by their resource server, and gives a refresh token without being asked (it refuses offline_access). */
export const scopesFor = (issuer: string): string[] =>
  /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\//.test(issuer)
    ? ['openid', ...SCOPES.map((scope) => `${SCOPE_PREFIX}${scope}`)]
    : ['openid', 'offline_access', ...SCOPES];
