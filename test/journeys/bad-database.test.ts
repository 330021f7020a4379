/**
 * A database that throttles, fails, or does what it was told and says nothing: all along a run, once, and from there on.
 * The account comes out right or its trouble is on record, and others of its batch notice nothing.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type BadAnswer, type BadDatabase, startBadDatabase } from '../support/bad-database.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const CALLS_MAX = 60;
// Every so many calls: what is lost after it took effect is the hard case, and the SDK waits long when it is throttled.
const STEPS: Readonly<Record<BadAnswer, number>> = { lost: 3, error: 9, throttled: 12 };

describe('a database that fails', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let database: BadDatabase;
  let users = 0;

  before(async () => {
    const users = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`user${i + 1}`, 'secret']));
    server = await startDovecot({ users });
    oracle = dovecotOracle(server);
    yard = await startYard(async (endpoint) => {
      database = await startBadDatabase(endpoint);
      return database.endpoint;
    });
    const actions = [
      { type: 'createDraft', text: 'Paid.' },
      { type: 'move', mailbox: { path: 'Bills' }, create: true },
    ];
    await yard.addRule({ tenant: 'tenant-1', accountId: '' }, { name: 'Bills', conditions: {}, actions });
  });
  after(async () => {
    await yard?.stop();
    await database?.stop();
    await server?.stop();
  });

  const makeAccount = async () => {
    users += 1;
    const user = `user${users}`;
    const ref = await yard.addAccount(server, user);
    await checkUntilQuiet(yard, ref);
    return { user, ref, invoices: 0 };
  };
  const withInvoice = async ({ user, ref, invoices }: Account): Promise<Account> => {
    await checkUntilQuiet(yard, ref);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice', from: 'Carol <carol@example.net>' }));
    return { user, ref, invoices: invoices + 1 };
  };
  type Account = { readonly user: string; readonly ref: AccountRef; readonly invoices: number };
  const isRight = async ({ user, ref, invoices }: Account, why: string): Promise<void> => {
    const folders = ['INBOX', 'Bills', 'Drafts'];
    const held = await Promise.all(folders.map((folder) => oracle.listMessages(user, folder)));
    assert.deepEqual(
      held.map(({ length }) => length),
      [0, invoices, invoices],
      why,
    );
    for (const [i, folder] of folders.entries()) {
      assert.deepEqual(await mirrorOf(yard, ref, folder), held[i], `${why}: ${folder}`);
    }
  };

  /** False when the run ended before that call came. */
  const survive = async (
    [victim, beside]: readonly [Account, Account],
    { how, at, lasting }: { readonly how: BadAnswer; readonly at: number; readonly lasting: boolean },
  ): Promise<boolean> => {
    const why = `${how} ${lasting ? 'from' : 'at'} call ${at}`;
    let calls = 0;
    database.set(({ body }) => {
      if (!body.includes(victim.ref.accountId)) return undefined;
      // The heads of a batch are read in one call, which is nobody's own.
      if (body.includes(beside.ref.accountId)) return undefined;
      calls += 1;
      return calls === at || (lasting && calls > at) ? how : undefined;
    });
    const [report, other] = await yard.check(victim.ref, beside.ref);
    database.set(() => undefined);
    const reached = calls >= at;
    assert.equal(other?.outcome, 'synced', why);
    await isRight(beside, `beside ${why}`);
    assert.ok(report?.outcome === 'synced' || report?.outcome === 'failed' || report?.outcome === 'busy', why);
    // The SDK asks again: what fails once is nobody's trouble.
    if (!lasting) assert.equal(report.outcome, 'synced', why);
    yard.clock.skewMs += (LIMITS.leaseSeconds + LIMITS.resendGraceSeconds + 1) * 1_000;
    await checkUntilQuiet(yard, victim.ref);
    await isRight(victim, why);
    return reached;
  };

  for (const how of ['lost', 'error', 'throttled'] as const) {
    it(`${how}: once, or from then on, leaves nothing undone and nothing done twice`, async () => {
      let accounts = [await makeAccount(), await makeAccount()] as const;
      let at = 1;
      let lasting = false;
      for (let reached = true; reached && at < CALLS_MAX; at += STEPS[how]) {
        lasting = !lasting;
        accounts = [await withInvoice(accounts[0]), await withInvoice(accounts[1])];
        reached = await survive(accounts, { how, at, lasting });
      }
      assert.ok(at > 20 && at < CALLS_MAX, `${at} calls were reached`);
    });
  }
});
