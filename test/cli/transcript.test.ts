/** docs/cli.md, line by line: the command against the real service as a process, a Dovecot, and an OpenID provider. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { secretInUse } from '../support/canary.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { freePorts } from '../support/free-port.ts';
import { dovecotOAuth, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { follow, type Running } from '../support/running-process.ts';
import { type CommandRun, runCommand } from './mailyard-process.ts';
import { Placeholders, type Step, stepsOf } from './transcript.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(ROOT, 'docs/cli.md'), 'utf8');
const PASSWORD = 'alice-password-of-the-transcript';

let cwd: string;
let provider: OpenIdProvider;
let dovecot: Dovecot;
let service: Running;
let known: Placeholders;

before(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'mailyard-transcript-'));
  const write = (name: string, text: string): string => {
    const file = path.join(cwd, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const [redirectPort = 0] = await freePorts(1);
  provider = await startOpenIdProvider({ loopback: [`http://localhost:${redirectPort}/callback`] });
  const oauth = dovecotOAuth(provider, path.join(cwd, 'dovecot-oauth.conf'));
  write('dovecot-oauth.conf', oauth.file);
  dovecot = await startDovecot({ users: { alice: PASSWORD }, extra: oauth.extra });
  write('alice.password', `${PASSWORD}\n`);
  write('ca.pem', dovecot.ca);
  write('rules.yaml', /^<!-- rules.yaml -->\n```yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? '');
  const server = { host: 'localhost', port: dovecot.port, ca: dovecot.ca };
  const redirectUris = [`http://localhost:${redirectPort}/callback`];
  const providers = write('providers.json', JSON.stringify([{ ...provider.settings, redirectUris, server }]));
  const [, options = ''] = /^npm start -- (.*)$/m.exec(page) ?? [];
  const trust = { NODE_EXTRA_CA_CERTS: write('provider-ca.pem', provider.caPem) };
  const more = [
    '--issuer',
    provider.issuer,
    '--audience',
    provider.commandLine.audience,
    '--oauth-providers',
    providers,
  ];
  const args = [...options.split(' '), '--data', path.join(cwd, '.data/mail'), '--port', '0', ...more];
  const child = spawn(process.execPath, ['local/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...trust },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  service = follow(child);
  await service.untilPrinted(/^Three things to paste:\n(?: +curl .*\n){3}/m);
  const token = readFileSync(path.join(cwd, '.data/mail/token'), 'utf8').trim();
  known = new Placeholders({
    service: readFileSync(path.join(cwd, '.data/mail/url'), 'utf8').trim(),
    config: path.join(cwd, 'config'),
    issuer: provider.issuer,
    'redirect-port': String(redirectPort),
    'imap-port': String(dovecot.port),
  });
  // The service says it to its owner once, at its start; nobody else may.
  secretInUse(token);
});
after(async () => {
  service?.signal('SIGINT');
  await service?.ended;
  await Promise.all([dovecot?.stop(), provider?.stop()]);
  rmSync(cwd, { recursive: true, force: true });
});

const run = (command: string): CommandRun => {
  const [name, ...args] = known.fill(command).split(' ');
  assert.equal(name, 'mailyard');
  const env = { MAILYARD_CONFIG: path.join(cwd, 'config'), NODE_EXTRA_CA_CERTS: path.join(cwd, 'provider-ca.pem') };
  return runCommand(args, { cwd, env });
};

const deliver = (subject: string): Promise<string> =>
  dovecot.doveadm(
    ['save', '-u', 'alice'],
    `From: billing@example.com\r\nTo: alice@example.test\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replace(/\W/g, '')}@example.com>\r\n\r\nPlease pay.\r\n`,
  );

const signIn = async (placeholder: string, login: string): Promise<void> => {
  const authorizationUrl = known.fill(`<${placeholder}>`);
  const parameters = new URLSearchParams(await provider.signIn(authorizationUrl, login));
  const redirectUri = new URL(authorizationUrl).searchParams.get('redirect_uri');
  const answer = await fetch(`${redirectUri}?${parameters}`);
  assert.match(await answer.text(), /You may close this page/);
};

/** What happens beside the terminal. */
const EVENTS: Readonly<Record<string, () => Promise<unknown>>> = {
  'Robin signs in there.': () => signIn('sign-in-page', 'robin'),
  'Carol signs in there.': () => signIn('sign-in-page-of-carol', 'carol'),
  'Alice has an invoice from billing@example.com.': async () => {
    await deliver('Invoice 41');
  },
  'An invoice arrives for alice.': () => deliver('Invoice 42'),
};

const happens = async (line: string): Promise<void> => {
  const event = EVENTS[line.replace(/^# /, '')];
  assert.ok(event, `nobody knows how to make it happen: ${line}`);
  await event();
};

let exitCode: number | null = 0;

const play = async ({ command, lines }: Step): Promise<void> => {
  if (command === 'echo $?') return assert.deepEqual(lines, [String(exitCode)]);
  const running = command === '' ? undefined : run(command);
  for (const line of lines) {
    if (line.startsWith('# ')) await happens(line);
    else if (line === '^C') running?.signal('SIGINT');
    else {
      const printed = await running?.nextLine();
      assert.ok(printed !== undefined && known.matches(line, printed), `written: ${line}\nprinted: ${printed}`);
    }
  }
  if (running === undefined) return;
  assert.equal(await running.nextLine(), undefined, 'more was printed than is written');
  exitCode = (await running.ended).code;
};

describe('docs/cli.md', { timeout: 600_000 }, () => {
  const steps = stepsOf(page);

  it('has the steps that it promises', () => {
    const said = steps.map(({ command }) => command).join('\n');
    for (const command of ['login', 'accounts add', '--oauth', 'rules apply', 'rules preview', 'activity', 'undo']) {
      assert.ok(said.includes(command), command);
    }
  });

  for (const [n, step] of steps.entries()) {
    const { command } = step;
    const isAsked = steps[n + 1]?.command === 'echo $?';
    it(`$ ${command}`, async () => {
      await play(step);
      if (command !== 'echo $?' && !isAsked) assert.equal(exitCode, 0);
    });
  }

  it('leaves the token to its owner alone', () => {
    assert.equal(statSync(path.join(cwd, 'config/default.json')).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(cwd, 'config')).mode & 0o777, 0o700);
  });

  it('can do with each mailbox what it says', async () => {
    const inBills = await dovecot.doveadm(['search', '-u', 'alice', 'mailbox', 'Bills', 'all']);
    const inInbox = await dovecot.doveadm(['search', '-u', 'alice', 'mailbox', 'INBOX', 'all']);
    assert.equal(inInbox.trim().split('\n').length, 2, `${inInbox}${inBills}`);
  });
});
