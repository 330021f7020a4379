import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HELP, type Options, parseAccountUrl, parseOptions } from '../../local/options.ts';
import { UsageError } from '../../shared/terminal/usage-error.ts';
import { temporaryFolder } from './temporary-folder.ts';

const parse = (line: string): Options => parseOptions(line === '' ? [] : line.split(' '), '/base');

const DEFAULTS: Options = {
  once: false,
  json: false,
  help: false,
  account: undefined,
  demo: true,
  existing: false,
  port: undefined,
  dataFolder: '/base/.data/demo',
  everySeconds: 2,
  allowNet: false,
  issuer: undefined,
  oauthProviders: [],
  newVaultKey: false,
  functions: {},
};
const JANE = { host: 'mail.example.org', port: 993, tls: 'implicit', user: 'jane' } as const;
const NAMED: Options = {
  ...DEFAULTS,
  account: { server: JANE, passwordFile: undefined },
  demo: false,
  dataFolder: '/base/.data/mail',
  everySeconds: 60,
};

const GOOD: readonly (readonly [line: string, Options])[] = [
  ['', DEFAULTS],
  ['--once', { ...DEFAULTS, once: true }],
  ['--once --json', { ...DEFAULTS, once: true, json: true }],
  ['-h', { ...DEFAULTS, help: true }],
  ['--port 0', { ...DEFAULTS, port: 0 }],
  ['--port=8421 --every=5', { ...DEFAULTS, port: 8421, everySeconds: 5 }],
  ['--data here', { ...DEFAULTS, dataFolder: '/base/here' }],
  ['--data /there', { ...DEFAULTS, dataFolder: '/there' }],
  ['--no-demo', { ...DEFAULTS, demo: false, dataFolder: '/base/.data/mail', everySeconds: 60 }],
  ['--allow-net', { ...DEFAULTS, allowNet: true }],
  [
    '--issuer https://login.example.org --audience a --audience b',
    { ...DEFAULTS, issuer: { issuer: 'https://login.example.org', audience: ['a', 'b'] } },
  ],
  ['--account imaps://jane@mail.example.org', NAMED],
  [
    '--account imaps://jane@mail.example.org --password-file secret --existing --every 300',
    { ...NAMED, account: { server: JANE, passwordFile: 'secret' }, existing: true, everySeconds: 300 },
  ],
];

for (const [line, options] of GOOD) {
  test(`understands: ${line === '' ? '(nothing)' : line}`, () => assert.deepEqual(parse(line), options));
}

const BAD: readonly (readonly [line: string, words: RegExp])[] = [
  ['--onse', /'--onse'/],
  ['now', /'now'/],
  ['--once=yes', /'--once'/],
  ['--port', /--port/],
  ['--port http', /^--port must be a whole number from 0 to 65535$/],
  ['--port 65536', /^--port must be a whole number from 0 to 65535$/],
  ['--port 1e3', /^--port must be a whole number/],
  ['--every 0', /^--every must be a whole number from 1 to 86400$/],
  ['--every 2.5', /^--every must be a whole number/],
  ['--issuer https://login.example.org', /^--issuer and --audience go together$/],
  ['--audience a', /^--issuer and --audience go together$/],
  ['--issuer http://login.example.org --audience a', /^--issuer must begin with https:/],
  ['--issuer http://localhost.example.org --audience a', /^--issuer must begin with https:/],
  ['--json', /^--json goes with --once$/],
  ['--ca ca.pem', /^--ca and --password-file go with --account$/],
  ['--password-file secret', /^--ca and --password-file go with --account$/],
  ['--account jane@mail.example.org', /^--account must look like imaps:/],
  ['--account pop3://jane@mail.example.org', /^--account must look like imaps:/],
  ['--account imaps://mail.example.org', /^--account must look like imaps:/],
  ['--account imaps://jane@mail.example.org/INBOX', /^--account must look like imaps:/],
  ['--account imaps://jane@mail.example.org:0', /^the port must be a whole number from 1 to 65535$/],
  ['--account imaps://jane@mail.example.org:99999', /^the port must be a whole number from 1 to 65535$/],
  ['--account imaps://jane:secret@mail.example.org', /^--account must hold no password/],
  ['--account imaps://100%@mail.example.org', /% in the user name must be written as %25/],
  [
    '--account imaps://jane@mail.example.org --ca /nowhere/ca.pem',
    /^--ca: the file \/nowhere\/ca\.pem cannot be read$/,
  ],
];

for (const [line, words] of BAD) {
  test(`refuses: ${line}`, () => {
    assert.throws(
      () => parse(line),
      (error) => error instanceof UsageError && words.test(error.message) && !error.message.includes('secret@'),
    );
  });
}

const ADDRESSES = [
  ['imaps://jane@example.org@mail.example.org', { ...JANE, user: 'jane@example.org' }],
  ['imaps://jane%40example.org@mail.example.org:1993', { ...JANE, user: 'jane@example.org', port: 1993 }],
  ['imap://jane@mail.example.org', { ...JANE, port: 143, tls: 'starttls' }],
  ['imaps://jane@127.0.0.1:1143', { ...JANE, host: '127.0.0.1', port: 1143 }],
  ['imaps://jane@[::1]:1143/', { ...JANE, host: '::1', port: 1143 }],
  ['imaps://a%25b%3Ac@mail.example.org', { ...JANE, user: 'a%b:c' }],
] as const;

for (const [url, server] of ADDRESSES) {
  test(`reads the address ${url}`, () => assert.deepEqual(parseAccountUrl(url), server));
}

test('the CA is read from its file', async (t) => {
  const file = join(await temporaryFolder(t), 'ca.pem');
  await writeFile(file, 'a certificate');
  assert.equal(parse(`--account imaps://jane@mail.example.org --ca ${file}`).account?.server.ca, 'a certificate');
});

test('the help names every option', () => {
  for (const name of [
    'account',
    'password-file',
    'ca',
    'existing',
    'once',
    'json',
    'every',
    'port',
    'data',
    'allow-net',
  ]) {
    assert.match(HELP, new RegExp(`^ +--${name}\\b`, 'm'));
  }
});
