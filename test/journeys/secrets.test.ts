/** A canary for a password and one for a subject and a body, sent through everything; then looked for wherever they must not be. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { causeFields } from '../../functions/log.ts';
import { screenLog, terminalScreen } from '../../local/screen.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { LogFields } from '../../shared/service/deps.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { readAccount, replaceAccount } from '../../shared/store/accounts.ts';
import { raiseConfigVersion } from '../../shared/store/head.ts';
import { allItems } from '../api/api-under-test.ts';
import { passwordsIn, startSniffer } from '../support/byte-sniffer.ts';
import { createAuthority } from '../support/certificates.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { faultsOn } from '../support/faults.ts';
import { freePort } from '../support/free-port.ts';
import { letter } from '../support/mail.ts';
import { startYard, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

const USER = 'alice';
const PASSWORD = 'canary-Wombat "7" \\ password';
const SUBJECT = 'canary-Numbat-subject';
const BODY = 'canary-Quokka-body';
const TENANT = 'acme';

describe('canaries', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let deps: MailboxDeps;
  let call: CallApi;
  /** As functions/ and local/ write them. */
  const logLines: string[] = [];
  /** All that a log is handed, also what it leaves out. */
  const handedToLog: string[] = [];
  const answered: string[] = [];

  before(async () => {
    server = await startDovecot({ users: { [USER]: PASSWORD } });
    oracle = dovecotOracle(server);
    yard = await startYard();
    const stream = new PassThrough().on('data', (bytes) => logLines.push(String(bytes)));
    const local = screenLog(terminalScreen(stream as unknown as NodeJS.WriteStream, () => new Date()));
    const write = (level: 'info' | 'warn' | 'error') => (event: string, fields?: LogFields, cause?: unknown) => {
      logLines.push(JSON.stringify({ level, event, ...fields, ...causeFields(cause) }));
      handedToLog.push(inspect([event, fields, cause], { depth: 12, showHidden: true }));
      local[level](event, fields, cause);
    };
    deps = { ...yard.deps, log: { info: write('info'), warn: write('warn'), error: write('error') } };
    const api = apiOver(deps);
    call = async (method, path, options) => {
      const answer = await api(method, path, { tenant: TENANT, ...options });
      answered.push(`${inspect(answer.headers)}${answer.text}`);
      return answer;
    };
    await live();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  /** Everything that an account goes through, and much of what goes wrong. */
  const live = async (): Promise<void> => {
    const { host, port, ca } = server;
    const account = { host, port, ca, user: USER, password: PASSWORD };
    const add = (more: object) => call('POST', '/v1/accounts', { body: { ...account, ...more } });
    for (const wrong of [
      { password: `${PASSWORD} and more` },
      { password: `${PASSWORD}\n` },
      { passwort: PASSWORD },
      { port: await freePort() },
      { ca: (await createAuthority()).certPem },
      { port: server.plainPort },
      { host: PASSWORD },
      { ca: PASSWORD },
    ]) {
      assert.equal((await add(wrong)).status, 422, JSON.stringify(wrong));
    }
    assert.equal((await call('POST', '/v1/accounts', { body: `{"password": "${PASSWORD}` })).status, 400);
    const added = await add({});
    assert.equal(added.status, 201, added.text);
    const accountId = String(added.json['id']);
    const ref = { tenant: TENANT, accountId };

    const actions = [
      { type: 'addKeywords', keywords: ['seen-by-us'] },
      { type: 'createDraft', text: 'Thank you for {{subject}}.' },
      { type: 'copy', mailbox: { role: 'archive' } },
      { type: 'move', mailbox: { path: 'Bills' }, create: true },
    ];
    const rule = { name: 'File', conditions: { body: 'please' }, actions };
    assert.equal((await call('POST', '/v1/rules', { body: rule })).status, 201);
    await sync(accountId);
    const text = () => letter({ subject: SUBJECT, body: `Please see ${BODY}.` });
    await oracle.deliver(USER, 'INBOX', text());
    await sync(accountId);
    assert.equal((await oracle.listMessages(USER, 'Drafts')).length, 1, 'a draft was written');

    // A database that fails in the middle, and a server that goes away in the middle.
    await oracle.deliver(USER, 'INBOX', text());
    const faults = faultsOn(deps.table);
    faults.set({
      after: ({ input }) => {
        if (String(input['UpdateExpression']).includes('SET openJournal')) throw new Error('the database is ill');
      },
    });
    await sync(accountId);
    faults.clear();
    await sync(accountId);
    const proxy = await startSniffer(server.port);
    await change(ref, { port: proxy.port });
    await oracle.deliver(USER, 'INBOX', text());
    faults.set({
      after: ({ input }) => {
        if (String(input['UpdateExpression']).includes('SET openJournal')) proxy.cut();
      },
    });
    await sync(accountId);
    faults.clear();
    await sync(accountId);
    await proxy.stop();
    await sync(accountId);
    await change(ref, { port: server.port });
    await sync(accountId);

    const { credential = '' } = (await readAccount(deps.table, TENANT, accountId)) ?? {};
    await change(ref, { credential: `${credential.slice(0, -4)}AAAA` });
    await sync(accountId);
    await change(ref, { credential: await deps.sealer.seal({ kind: 'password', password: 'outdated' }, ref) });
    await sync(accountId);
    await change(ref, { credential });
    await sync(accountId);
    for (const path of ['', '/folders', '/activity', '/messages']) {
      const query = path === '/messages' ? 'folder=Bills' : '';
      assert.equal((await call('GET', `/v1/accounts/${accountId}${path}`, { query })).status, 200);
    }
    await call('GET', '/v1/accounts');
  };

  const change = async (ref: { tenant: string; accountId: string }, more: object): Promise<void> => {
    const account = await readAccount(deps.table, ref.tenant, ref.accountId);
    assert.ok(account !== undefined);
    const changed = { ...account, ...more, revision: account.revision + 1 };
    assert.ok(await replaceAccount(deps.table, changed, { credential: 'new' }));
    await raiseConfigVersion(deps.table, ref);
  };

  /** By the API and the queue, until the account is quiet or cannot be checked. */
  const sync = async (accountId: string): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      const from = yard.sent.length;
      assert.equal((await call('POST', `/v1/accounts/${accountId}/sync`)).status, 202);
      const cache = configCache(deps);
      for (const message of yard.sent.slice(from)) {
        const [report] = await checkAccounts(deps, cache, message);
        if (report?.outcome !== 'synced') return;
      }
    }
  };

  const items = async (): Promise<string> => inspectAll(await allItems(deps.table));

  it('were sent through what goes well and what goes wrong', async () => {
    const codes = new Set(logLines.flatMap((line) => /"code":"([^"]+)"/.exec(line)?.[1] ?? []));
    for (const code of [
      'imap.auth-failed',
      'imap.certificate',
      'imap.unreachable',
      'imap.connection-lost',
      'validation.failed',
      'request.invalid',
      'vault.cannot-open',
      'internal',
    ]) {
      assert.ok(codes.has(code), `${code} in ${[...codes].join()}`);
    }
    assert.match(answered.join('\n'), /"state":"done"/);
    assert.ok((await items()).length > 5_000);
  });

  it('the password is in no item, no log line, no queue message and no answer, in no form', async () => {
    for (const [where, text] of Object.entries({
      items: await items(),
      logs: logLines.join('\n'),
      'what the log was handed': handedToLog.join('\n'),
      queue: JSON.stringify(yard.sent),
      answers: answered.join('\n'),
    })) {
      assert.deepEqual(passwordsIn(Buffer.from(text, 'latin1'), USER, PASSWORD), [], where);
      assert.ok(!text.includes('canary-Wombat'), `${where} holds a part of it`);
    }
  });

  it('subject and body are in no item, no log line and no queue message', async () => {
    for (const canary of [SUBJECT, BODY]) {
      for (const [where, text] of Object.entries({
        items: await items(),
        logs: logLines.join('\n'),
        'what the log was handed': handedToLog.join('\n'),
        queue: JSON.stringify(yard.sent),
        answers: answered.join('\n'),
      })) {
        assert.deepEqual(passwordsIn(Buffer.from(text, 'latin1'), USER, canary), [], `${where}: ${canary}`);
      }
    }
  });

  it('are found by this search where they are', async () => {
    assert.deepEqual(passwordsIn(Buffer.from(inspectAll([{ a: { b: Buffer.from(SUBJECT) } }])), USER, SUBJECT), [
      'raw',
    ]);
    assert.ok(
      yard.narrated.some(({ subject }) => subject.includes(SUBJECT)),
      'the owner’s own screen shows subjects',
    );
  });
});

/** As text, bytes as latin1: so that what lies in a binary attribute is seen. */
const inspectAll = (value: unknown): string =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('latin1')
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([name, part]) => `${name}=${inspectAll(part)}`)
          .join('\n')
      : String(value);
