/** What `npm start --` understands. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { MailServer } from '../shared/imap/session.ts';
import { type OAuthProvider, parseProviders } from '../shared/oauth/provider.ts';
import { UsageError } from '../shared/terminal/usage-error.ts';
import type { Issuer } from './issuer-tokens.ts';

export type NamedAccount = {
  readonly server: MailServer;
  readonly passwordFile: string | undefined;
};

export type Options = {
  readonly once: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** A real account in place of the demo. */
  readonly account: NamedAccount | undefined;
  readonly demo: boolean;
  /** Put the rules to the mail that is there when the account is first synced. */
  readonly existing: boolean;
  /** undefined: the usual one, or any that is free. */
  readonly port: number | undefined;
  readonly dataFolder: string;
  readonly everySeconds: number;
  /** Accounts added through the API may be on any host, not on this machine alone. */
  readonly allowNet: boolean;
  /** Whose tokens are believed beside the one printed at the start. */
  readonly issuer: Issuer | undefined;
  /** Who signs people in to their mail in place of a password. */
  readonly oauthProviders: readonly OAuthProvider[];
  /** Passwords are sealed under a new key from now on. */
  readonly newVaultKey: boolean;
  /** Functions that rules may call: name to module. */
  readonly functions: Readonly<Record<string, string>>;
};

export const HELP = `npm start -- [options]

  (nothing)                 the demo: a mailbox on this machine, example rules, new mail every few seconds
  --account imaps://USER@HOST[:993]
                            a real account in place of the demo; USER with @ written as %40 or as it is
  --no-demo                 neither: accounts are added through the API, or with the command mailyard
  --password-file FILE      its password is the first line of FILE; otherwise it is asked for without echo
  --ca FILE                 a private CA (or the certificate itself) as PEM, trusted for this account alone
  --existing                put the rules to the mail that is already there, too (first sync only)
  --once                    check until nothing is left to do, print a summary, and end
  --json                    with --once: one JSON object on the last line
  --every SECONDS           how often every account is checked (demo: 2, otherwise 60)
  --port PORT               the API's port on 127.0.0.1 (default 8420, or a free one where that is taken)
  --data FOLDER             where everything is kept (default .data/demo, or .data/mail without the demo)
  --allow-net               let accounts added through the API be on any host; without it only on this machine
  --function NAME=MODULE    let rules call the handler of this module by this name; may be given several times
  --issuer URL --audience NAME
                            also believe tokens of this OpenID issuer made for NAME; each sub is a tenant of its own
  --oauth-providers FILE    JSON: who signs people in to their mail, as docs/operations.md says
  --new-vault-key           seal passwords under a new key from now on; those kept are sealed again as they are used
`;

const FLAGS = {
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  account: { type: 'string' },
  'no-demo': { type: 'boolean' },
  'password-file': { type: 'string' },
  ca: { type: 'string' },
  existing: { type: 'boolean' },
  every: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  'allow-net': { type: 'boolean' },
  issuer: { type: 'string' },
  audience: { type: 'string', multiple: true },
  'oauth-providers': { type: 'string' },
  'new-vault-key': { type: 'boolean' },
  function: { type: 'string', multiple: true },
} as const;

/** `base` is the folder that relative paths start from. Throws UsageError. */
export const parseOptions = (args: readonly string[], base: string): Options => {
  const values = parsed(args);
  const account =
    values.account === undefined
      ? undefined
      : { server: parseAccountUrl(values.account, pem(values.ca)), passwordFile: values['password-file'] };
  if (account === undefined && (values.ca !== undefined || values['password-file'] !== undefined)) {
    throw new UsageError('--ca and --password-file go with --account');
  }
  if (values.json === true && values.once !== true) throw new UsageError('--json goes with --once');
  const demo = account === undefined && values['no-demo'] !== true;
  const data = values.data ?? join('.data', demo ? 'demo' : 'mail');
  return {
    once: values.once === true,
    json: values.json === true,
    help: values.help === true,
    account,
    demo,
    existing: values.existing === true,
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port, 0, 65_535),
    dataFolder: resolve(base, data),
    everySeconds: values.every === undefined ? (demo ? 2 : 60) : wholeNumber('--every', values.every, 1, 86_400),
    allowNet: values['allow-net'] === true,
    issuer: issuerOf(values.issuer, values.audience ?? []),
    oauthProviders: providersIn(values['oauth-providers']),
    newVaultKey: values['new-vault-key'] === true,
    functions: namedModules(values.function ?? [], base),
  };
};

const providersIn = (file: string | undefined): OAuthProvider[] => {
  if (file === undefined) return [];
  try {
    return parseProviders(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`--oauth-providers: ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const namedModules = (given: readonly string[], base: string): Record<string, string> => {
  const modules: Record<string, string> = {};
  for (const text of given) {
    const [, name, file] = /^([a-z][a-z0-9-]{0,63})=(.+)$/.exec(text) ?? [];
    if (name === undefined || file === undefined)
      throw new UsageError('--function must look like is-urgent=./urgent.mjs');
    modules[name] = resolve(base, file);
  }
  return modules;
};

const issuerOf = (issuer: string | undefined, audience: readonly string[]): Issuer | undefined => {
  if ((issuer === undefined) !== (audience.length === 0)) throw new UsageError('--issuer and --audience go together');
  if (issuer === undefined) return undefined;
  // Whoever can answer in the issuer's place is believed; on this machine alone nobody stands in between.
  if (/^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(issuer) && URL.canParse(issuer))
    return { issuer, audience };
  throw new UsageError('--issuer must begin with https://');
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const wholeNumber = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from ${min} to ${max}`);
};

const pem = (file: string | undefined): string | undefined => {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`--ca: the file ${file} cannot be read`);
  }
};

/** `imaps://user@host:993`; an address as the user may keep its @. Passwords do not belong on a command line. */
export const parseAccountUrl = (text: string, ca?: string): MailServer => {
  const match = /^(imaps|imap):\/\/(.+)@(\[[0-9a-fA-F:.]+\]|[^@:/[\]]+)(?::(\d{1,5}))?\/?$/.exec(text);
  const [, scheme, user, host, port] = match ?? [];
  if (user === undefined || host === undefined) {
    throw new UsageError('--account must look like imaps://user@host or imaps://user@host:993');
  }
  if (user.includes(':')) {
    throw new UsageError('--account must hold no password: it would stay in the shell’s history; use --password-file');
  }
  const tls = scheme === 'imaps' ? 'implicit' : 'starttls';
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (tls === 'implicit' ? 993 : 143) : wholeNumber('the port', port, 1, 65_535),
    tls,
    user: decodeUser(user),
    ...(ca === undefined ? {} : { ca }),
  };
};

const decodeUser = (user: string): string => {
  try {
    return decodeURIComponent(user);
  } catch {
    throw new UsageError('--account: a % in the user name must be written as %25');
  }
};
