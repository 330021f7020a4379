/** While a command may be on its way: what only reads is answered, what would change is told when to come again, and is not lost. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { listed } from '../api/api-under-test.ts';
import type { TlsProxy } from '../chaos/tls-proxy.ts';
import type { Dovecot } from '../support/dovecot.ts';
import type { DovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { type ProxiedYard, startProxiedYard } from '../support/proxied-yard.ts';
import { checkUntilQuiet, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

describe('an account that waits for a draft which may be on its way', () => {
  let proxied: ProxiedYard;
  let server: Dovecot;
  let oracle: DovecotOracle;
  let proxy: TlsProxy;
  let yard: Yard;
  let call: CallApi;
  let ref: AccountRef;
  let user = '';
  let count = 0;
  let deliver: () => Promise<void>;

  before(async () => {
    proxied = await startProxiedYard({ users: { user1: 'secret', user2: 'secret' } });
    ({ server, oracle, proxy, yard } = proxied);
    call = apiOver(yard.deps);
  });
  after(() => proxied?.stop());

  const goOn = (seconds: number): void => {
    yard.clock.skewMs += seconds * 1_000;
  };
  const byHand = async () => (await yard.check(ref))[0]?.outcome;
  const scheduled = async () => {
    const tickSeconds = Math.floor(yard.deps.now() / 1_000);
    const batch = { accounts: [ref], tickSeconds, pollSeconds: 60 };
    return (await checkAccounts(yard.deps, configCache(yard.deps), batch))[0]?.outcome;
  };
  const flags = async (path: string) => (await oracle.listMessages(user, path)).map((message) => message.flags);
  const ask = (method: string, path: string, body?: object) =>
    call(method, path, { tenant: `tenant-${count}`, ...(body === undefined ? {} : { body }) });
  const messagePath = async (): Promise<string> => {
    const path = `/v1/accounts/${ref.accountId}/messages`;
    const answer = await call('GET', path, { tenant: `tenant-${count}`, query: 'folder=INBOX' });
    return `${path}/${listed(answer, 'messages')[0]?.['id']}`;
  };

  /** The line is cut, and the APPEND reaches the server when it is delivered. */
  beforeEach(async () => {
    count += 1;
    user = `user${count}`;
    proxy.set({ port: server.plainPort, oddities: [] });
    ref = await yard.addAccount({ ...proxy, users: {} }, user, { tenant: `tenant-${count}`, password: 'secret' });
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Old' }));
    await yard.addRule(ref, {
      name: 'Answer',
      conditions: { from: 'carol' },
      actions: [{ type: 'createDraft', text: 'Thank you.' }],
    });
    await checkUntilQuiet(yard, ref);
    await oracle.deliver(user, 'INBOX', letter({ from: 'carol@example.net', body: 'Well?' }));
    const counts = (command: string) => /^APPEND /i.test(command);
    proxy.set({ port: server.plainPort, oddities: [], counts, cut: { by: 'held', n: 1 } });
    assert.equal(await byHand(), 'failed');
    const seen = proxy.seen();
    assert.ok(seen.deliver !== undefined);
    deliver = seen.deliver;
    proxy.set({ port: server.plainPort, oddities: [] });
    goOn(61);
    assert.equal(await byHand(), 'waiting');
  });

  it('answers reads, and a change by hand with the time after which it is done', async () => {
    const path = await messagePath();
    assert.equal((await ask('GET', path)).status, 200);
    const early = await ask('PATCH', path, { addKeywords: ['$flagged'] });
    assert.deepEqual([early.status, early.json['type']], [409, 'urn:mailyard:problem:effect.waiting'], early.text);
    const seconds = Number(early.headers['retry-after']);
    assert.ok(seconds > 0 && seconds <= LIMITS.resendGraceSeconds - 61, `in ${seconds} s`);
    assert.deepEqual([await flags('INBOX'), await flags('Drafts')], [[[], []], []]);
    goOn(seconds);
    const then = await ask('PATCH', path, { addKeywords: ['$flagged'] });
    assert.equal(then.status, 200, then.text);
    assert.deepEqual([await flags('INBOX'), await flags('Drafts')], [[['\\Flagged'], []], [['\\Draft', '\\Seen']]]);
  });

  it('is left alone by its schedule, and goes on at once when somebody asks and the draft has landed', async () => {
    assert.equal(await scheduled(), 'left');
    assert.equal(await byHand(), 'waiting');
    await deliver();
    assert.equal(await byHand(), 'synced');
    assert.equal((await readHead(yard.deps.table, ref))?.waitUntil, undefined);
    assert.equal((await ask('PATCH', await messagePath(), { addKeywords: ['$flagged'] })).status, 200);
    for (const seconds of [0, LIMITS.resendGraceSeconds, LIMITS.sweepAgainSeconds]) {
      goOn(seconds);
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await flags('Drafts'), [['\\Draft', '\\Seen']]);
    }
    for (const path of ['INBOX', 'Drafts']) {
      assert.deepEqual(await mirrorOf(yard, ref, path), await oracle.listMessages(user, path), path);
    }
  });
});
