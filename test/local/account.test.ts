/** A real account on the command line: `npm start -- --account ...` against Dovecot with a private CA. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { freePort } from '../support/free-port.ts';
import { letter } from '../support/mail.ts';
import { type Ended, type Running, startMailyard } from '../support/running-process.ts';

const PASSWORD = 'canary-Bilby "9"';
const NOTHING = { move: 0, copy: 0, flag: 0, draft: 0 };

describe('an account on the command line', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let folder: string;

  before(async () => {
    server = await startDovecot({ users: { alice: PASSWORD, bob: PASSWORD } });
    oracle = dovecotOracle(server);
    folder = await mkdtemp(join(tmpdir(), 'mailyard-account-'));
    writeFileSync(join(folder, 'ca.pem'), server.ca);
    writeFileSync(join(folder, 'password'), `${PASSWORD}\n`);
    writeFileSync(join(folder, 'wrong'), `${PASSWORD.slice(0, -2)}8"\n`);
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  type More = { readonly user?: string; readonly password?: string; readonly args?: readonly string[] };
  const start = (t: TestContext, { user = 'alice', password = 'password', args = [] }: More = {}): Running =>
    startMailyard(t, [
      ...['--account', `imaps://${user}@localhost:${server.port}`],
      ...['--password-file', join(folder, password), '--ca', join(folder, 'ca.pem')],
      ...['--data', join(folder, `data-${user}`)],
      ...args,
    ]);
  const once = (t: TestContext, more: More = {}): Promise<Ended> =>
    start(t, { ...more, args: ['--once', '--json', ...(more.args ?? [])] }).ended;
  const summaryOf = ({ stdout }: Ended) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  /** Its address and its token, as printed for the person. */
  const api = async (running: Running) => {
    const [, url] = await running.untilPrinted(/^ +API +(http:\S+)\/v1$/m);
    const [, token] = await running.untilPrinted(/^ +token +(\S+)$/m);
    return (path: string, body?: object) =>
      fetch(`${url}/v1${path}`, {
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
  };
  const until = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
    for (let waited = 0; !(await holds()); waited += 50) {
      assert.ok(waited < 15_000, what);
      await sleep(50);
    }
  };

  it('--once syncs it, counts its folders and ends well', async (t) => {
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Old invoice' }));
    const ended = await once(t);
    assert.equal(ended.code, 0, ended.stderr);
    const { accounts, folders, messages, effects, errors } = summaryOf(ended);
    assert.deepEqual(
      { accounts, messages, effects, errors },
      { accounts: 1, messages: 1, effects: NOTHING, errors: [] },
    );
    assert.deepEqual(folders, { INBOX: 1, Drafts: 0, Sent: 0, Trash: 0, Junk: 0, Archive: 0 });
  });

  it('a rule posted to the API files what arrives, and Ctrl-C ends it well', async (t) => {
    const running = start(t, { args: ['--every', '1', '--port', '0'] });
    const call = await api(running);
    const rule = {
      name: 'Invoices',
      conditions: { subject: 'invoice' },
      actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Bills' }, create: true }],
    };
    assert.equal((await call('/rules', rule)).status, 201);
    const uid = await oracle.deliver('alice', 'INBOX', letter({ subject: 'New invoice \u001b[31m' }));
    await until(
      async () =>
        (await oracle.folders('alice')).includes('Bills') && (await oracle.listMessages('alice', 'Bills')).length === 1,
      'the message is filed',
    );
    assert.ok(!(await oracle.listMessages('alice', 'INBOX')).some((message) => message.uid === uid));
    await running.untilPrinted(/moved to Bills {2}Invoices: /);
    const { accounts } = (await (await call('/accounts')).json()) as { accounts: { state: string }[] };
    assert.deepEqual(
      accounts.map(({ state }) => state),
      ['active'],
    );

    const askedAt = Date.now();
    running.signal('SIGINT');
    const ended = await running.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.ok(Date.now() - askedAt < 10_000);
    assert.match(ended.stdout, /Stopping: what is under way is finished first/);
    assert.equal(ended.stderr, '');
    assert.ok(!ended.stdout.includes('\u001b') && !ended.stdout.includes('Bilby'));
  });

  it('afterwards --once finds nothing left to do, and the filed message in its folder', async (t) => {
    const { effects, folders } = summaryOf(await once(t));
    assert.deepEqual(effects, NOTHING);
    assert.deepEqual([folders['INBOX'], folders['Bills']], [1, 1]);
  });

  it('a second one on the same data is told so, and the first works on', async (t) => {
    const running = start(t, { args: ['--port', '0'] });
    const call = await api(running);
    const second = await once(t);
    assert.equal(second.code, 2);
    assert.match(second.stderr, /^\S+data-alice is in use by another Mailyard; stop it, or give another folder/);
    assert.doesNotMatch(second.stderr, /^\s+at /m);
    assert.equal((await call('/accounts')).status, 200);
    running.signal('SIGTERM');
    assert.equal((await running.ended).code, 0);
  });

  it('a password that is refused is said in a sentence, and shown nowhere', async (t) => {
    const ended = await once(t, { user: 'bob', password: 'wrong' });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /^the mail server refused the user name or the password/);
    assert.doesNotMatch(`${ended.stdout}${ended.stderr}`, /Bilby|^\s+at /m);
  });

  it('a CA that was not given and a port that is closed are said so, too', async (t) => {
    const run = (port: number) => {
      const account = ['--account', `imaps://alice@localhost:${port}`, '--password-file', join(folder, 'password')];
      return startMailyard(t, [...account, '--data', join(folder, `data-${port}`), '--once']).ended;
    };
    const [unknown, closed] = await Promise.all([run(server.port), freePort().then(run)]);
    assert.match(unknown.stderr, /^the certificate cannot be verified/);
    assert.match(closed.stderr, /^no mail server answers there over TLS/);
    assert.deepEqual([unknown.code, closed.code], [1, 1]);
  });

  it('a password that was refused and is put right is tried at the next start', async (t) => {
    assert.equal((await once(t, { user: 'bob' })).code, 0);
    const refused = await once(t, { user: 'bob', password: 'wrong' });
    assert.equal(refused.code, 1);
    assert.deepEqual(
      summaryOf(refused).errors.map(({ code }: { code: string }) => code),
      ['imap.auth-failed'],
    );
    const running = start(t, { user: 'bob', args: ['--every', '1', '--port', '0'] });
    const call = await api(running);
    await until(async () => {
      const { accounts } = (await (await call('/accounts')).json()) as { accounts: { state: string }[] };
      return accounts[0]?.state === 'active';
    }, 'the account is looked at again');
    running.signal('SIGINT');
    assert.equal((await running.ended).code, 0);
  });
});
