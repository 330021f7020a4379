/**
 * Lines to mail servers that go bad in every way, at every stage of a run: the account comes out right or says what is wrong,
 * nobody else of its batch waits for it, and once the line is good everything is done, once.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import type { Oddity } from '../chaos/oddities.ts';
import { plant } from '../chaos/plant.ts';
import { shortTimeouts } from '../chaos/small-limits.ts';
import { startTlsProxy } from '../chaos/tls-proxy.ts';
import { type BadLine, startBadLine } from '../support/bad-line.ts';
import { createCertificate } from '../support/certificates.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import type { Yard } from '../support/yard.ts';

plant(shortTimeouts(6));
// Loaded after the time-outs are shortened: this is where the product comes in.
const { startYard, checkUntilQuiet } = await import('../support/yard.ts');
const { mirrorOf } = await import('../support/mirror.ts');
const { checkAccounts } = await import('../../shared/service/check-accounts.ts');
const { configCache } = await import('../../shared/service/account-config.ts');
const { apiOver } = await import('../support/yard-api.ts');

type Way = {
  readonly how: BadLine['how'];
  readonly silenceMs?: number /** Slow, and nothing worse. */;
  readonly mends?: true;
};

const WAYS: readonly Way[] = [
  { how: 'reset' },
  { how: 'stall' },
  { how: 'half-close' },
  { how: 'cut' },
  { how: 'garbage' },
  { how: 'silence', silenceMs: 20_000 },
  { how: 'silence', silenceMs: 500, mends: true },
  { how: 'trickle', mends: true },
];
// Shares of what a run hears from its server: in the handshake, in the listing, among the effects.
const PLACES = [0.1, 0.6, 0.9];
/** What an owner may be told of a bad line. */
const STATED = ['imap.unreachable', 'imap.connection-lost', 'imap.tls-required', 'imap.refused', 'imap.throttled'];

/** What a server sends inside TLS that no client can make sense of, in place of one of its lines. */
const JUNK: Readonly<Record<string, string>> = {
  'no IMAP at all': '\u0000\u00ff\u0001 HTTP/1.1 400 Bad Request\r\n',
  'a literal without end': '* LIST () "/" {4294967296}\r\n',
  'a line without end': `* OK ${'x'.repeat(1_000_000)}`,
  'a list without end': `* ${'('.repeat(100_000)}\r\n`,
};

const sends = (junk: string, place: RegExp): Oddity => {
  return () => ({ answer: (unit) => (place.test(unit) ? junk : unit) });
};

describe('a line that goes bad', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let users = 0;
  const stops: (() => Promise<void>)[] = [];

  before(async () => {
    server = await startDovecot({
      users: Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`user${i + 1}`, 'secret'])),
    });
    oracle = dovecotOracle(server);
    yard = await startYard();
    const rule = { name: 'Bills', conditions: { subject: 'invoice' }, actions: [] as object[] };
    rule.actions.push(
      { type: 'createDraft', text: 'Paid.' },
      { type: 'move', mailbox: { path: 'Bills' }, create: true },
    );
    await yard.addRule({ tenant: 'tenant-1', accountId: '' }, rule);
  });
  after(async () => {
    for (const stop of stops) await stop();
    await yard?.stop();
    await server?.stop();
  });

  /** An account whose mail is synced, with an invoice waiting, over a line of that kind. */
  const accountOver = async (line: { readonly port: number; readonly ca?: string }) => {
    users += 1;
    const user = `user${users}`;
    const ref = await yard.addAccount({ ...server, ca: line.ca ?? server.ca, port: line.port }, user);
    await checkUntilQuiet(yard, ref);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7', from: 'Carol <carol@example.net>' }));
    return { user, ref };
  };

  const isRight = async ({ user, ref }: { user: string; ref: AccountRef }, why: string): Promise<void> => {
    const count = async (mailbox: string) => (await oracle.listMessages(user, mailbox)).length;
    const folders = ['INBOX', 'Bills', 'Drafts'];
    assert.deepEqual(await Promise.all(folders.map(count)), [0, 1, 1], why);
    for (const folder of folders) {
      assert.deepEqual(await mirrorOf(yard, ref, folder), await oracle.listMessages(user, folder), `${why}: ${folder}`);
    }
  };

  const failureOf = async ({ tenant, accountId }: AccountRef) => {
    const { json } = await apiOver(yard.deps)('GET', `/v1/accounts/${accountId}`, { tenant });
    return json['failure'];
  };

  type Victim = { readonly name: string; readonly user: string; readonly ref: AccountRef; readonly mends?: true };

  /** One batch: the victims' lines go bad in it, the others' do not; then all lines are good. */
  const survive = async (victims: readonly Victim[], makeGood: () => void): Promise<readonly Victim[]> => {
    const beside = await accountOver(server);
    const order: { readonly account: string; readonly event: string }[] = [];
    const internal: unknown[] = [];
    const note = (event: string, fields?: object): void => {
      const { account = '' } = (fields ?? {}) as { account?: string };
      order.push({ account, event });
    };
    const deps: MailboxDeps = {
      ...yard.deps,
      narrate: ({ accountId, what }) => order.push({ account: accountId, event: what }),
      log: { info: note, warn: note, error: (...told) => internal.push(told) },
    };
    const accounts = [...victims.map(({ ref }) => ref), beside.ref];
    const tickSeconds = Math.floor(deps.now() / 1_000);
    const message = { accounts, tickSeconds, pollSeconds: 60, byHand: true };
    const reports = await checkAccounts(deps, configCache(deps), message);

    assert.deepEqual(internal, []);
    await isRight(beside, 'of an account beside them');
    const done = order.findLastIndex(({ account }) => account === beside.ref.accountId);
    const failed: Victim[] = [];
    for (const [i, victim] of victims.entries()) {
      const report = reports[i];
      const failure = await failureOf(victim.ref);
      if (report?.outcome === 'failed') {
        assert.ok(STATED.includes(report.code), `${victim.name}: ${report.code}`);
        assert.equal(failure?.['code'], report.code, victim.name);
        failed.push(victim);
        const failedAt = order.findIndex(({ account, event }) => {
          return account === victim.ref.accountId && event === 'check.failed';
        });
        if (/stall|silence/.test(victim.name)) assert.ok(done < failedAt, 'the account beside them waited');
      } else {
        assert.ok(report?.outcome === 'synced', `${victim.name}: ${JSON.stringify(report)}`);
        assert.equal(failure, undefined, victim.name);
      }
    }
    makeGood();
    // A grace may have to pass before a draft is sent again.
    yard.clock.skewMs += 1_000_000;
    for (const victim of victims) {
      await checkUntilQuiet(yard, victim.ref);
      await isRight(victim, victim.name);
      assert.equal(await failureOf(victim.ref), undefined, victim.name);
    }
    return failed;
  };

  it('comes out right or says what is wrong, and holds nobody up', async () => {
    const bytes = await bytesOfARun();
    let bad = false;
    const victims: (Victim & Way)[] = [];
    const lines: { readonly bad: () => number }[] = [];
    for (const way of WAYS) {
      for (const place of PLACES) {
        const line = await startBadLine(server.port, () =>
          bad ? { ...way, bytes: Math.floor(place * bytes) } : undefined,
        );
        stops.push(line.stop);
        lines.push(line);
        const name = `${way.how} ${way.silenceMs ?? ''} at ${place}`;
        victims.push({ ...way, name, ...(await accountOver(line)) });
      }
    }
    bad = true;
    const failed = await survive(victims, () => {
      bad = false;
    });
    for (const [i, line] of lines.entries()) assert.equal(line.bad(), 1, victims[i]?.name);
    const ways = (some: readonly Victim[]): string[] => [
      ...new Set(some.map(({ name }) => name.replace(/ at .*/, ''))),
    ];
    assert.deepEqual(ways(failed), ways(victims.filter(({ mends }) => mends !== true)));
  });

  /** What a run hears, where nothing goes wrong. */
  const bytesOfARun = async (): Promise<number> => {
    let heard = 0;
    const line = await startBadLine(server.port, () => ({
      how: 'watch',
      onBytes: (n) => {
        heard += n;
      },
    }));
    stops.push(line.stop);
    const { ref } = await accountOver(line);
    heard = 0;
    await yard.check(ref);
    assert.ok(heard > 3_000, `only ${heard} bytes`);
    return heard;
  };

  it('a server that talks nonsense inside TLS is no exception', async () => {
    const certificate = await createCertificate();
    const victims: Victim[] = [];
    const proxies: { readonly set: (oddities: readonly Oddity[]) => void; readonly junk: Oddity }[] = [];
    for (const [name, junk] of Object.entries(JUNK)) {
      for (const place of [/^\* LIST .*INBOX/, /^\S+ OK .*(MOVE|Move|COPYUID)/]) {
        const proxy = await startTlsProxy(certificate);
        stops.push(proxy.stop);
        const set = (oddities: readonly Oddity[]) => proxy.set({ port: server.plainPort, oddities });
        set([]);
        victims.push({ name: `${name} for ${place}`, ...(await accountOver({ port: proxy.port, ca: proxy.ca })) });
        proxies.push({ set, junk: sends(junk, place) });
      }
    }
    for (const { set, junk } of proxies) set([junk]);
    const failed = await survive(victims, () => {
      for (const { set } of proxies) set([]);
    });
    assert.ok(failed.length > 0);
  });
});
