/** Everything twice: the same message from the queue, two workers at once, a tick, a letter; and an account that goes under a run. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { changeMailbox } from '../../shared/service/change-mailbox.ts';
import { clearDeletedAccount, deleteAccount } from '../../shared/service/delete-account.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import { accountPk } from '../../shared/store/keys.ts';
import { queryAll } from '../../shared/store/query.ts';
import type { Oddity } from '../chaos/oddities.ts';
import { startTlsProxy, type TlsProxy } from '../chaos/tls-proxy.ts';
import { createCertificate } from '../support/certificates.ts';
import { asWorker, hookWorkers } from '../support/database-workers.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type Faults, faultsOn } from '../support/faults.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const FILE = {
  name: 'Invoices',
  conditions: { subject: 'invoice' },
  actions: [
    { type: 'createDraft', text: 'Thank you.', evenIfAutomatic: true },
    { type: 'copy', mailbox: { role: 'archive' } },
    { type: 'move', mailbox: { path: 'Bills' }, create: true },
  ],
};

describe('everything twice', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let faults: Faults;
  let proxy: TlsProxy;
  let ref: AccountRef;
  let user = '';
  let count = 0;

  before(async () => {
    server = await startDovecot({
      users: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`user${i + 1}`, 'secret'])),
    });
    oracle = dovecotOracle(server);
    proxy = await startTlsProxy(await createCertificate());
    yard = await startYard();
    faults = faultsOn(yard.deps.table);
  });
  after(async () => {
    await yard?.stop();
    await proxy?.stop();
    await server?.stop();
  });

  const start = async (through: Pick<Dovecot, 'host' | 'port' | 'ca'> = server): Promise<void> => {
    count += 1;
    user = `user${count}`;
    proxy.set({ port: server.plainPort, oddities: [] });
    ref = await yard.addAccount({ ...through, users: {} }, user, { tenant: `tenant-${count}`, password: 'secret' });
    await yard.addRule(ref, FILE);
    await checkUntilQuiet(yard, ref);
  };
  const held = async () =>
    Object.fromEntries(
      await Promise.all(
        ['INBOX', 'Bills', 'Archive', 'Drafts'].map(
          async (path) => [path, (await oracle.listMessages(user, path)).length] as const,
        ),
      ),
    );
  const readRuns = async () => (await pageOfJournal(yard.deps.table, ref, { limit: 100 })).parts;
  const once = { INBOX: 0, Bills: 1, Archive: 1, Drafts: 1 };
  const isLevel = async (...paths: string[]): Promise<void> => {
    for (const path of paths) {
      assert.deepEqual(await mirrorOf(yard, ref, path), await oracle.listMessages(user, path), path);
    }
  };

  it('two workers at once, and a message that is delivered again, do it once', async () => {
    await start();
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7' }));
    await Promise.all([yard.check(ref), yard.check(ref), yard.check(ref, ref)]);
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await held(), once);
    await isLevel('INBOX', 'Bills', 'Archive', 'Drafts');
  });

  it('a worker whose look fell into the run of another goes by what that one left', async () => {
    await start();
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7' }));
    const leased = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    hookWorkers(faults);
    const first = asWorker(
      {
        after: ({ command }) => {
          if (command === 'UpdateItemCommand') leased.resolve();
        },
        // Its folder and its cursors come once the other has seen neither.
        before: ({ command }) => (command === 'BatchWriteItemCommand' ? looked.promise : undefined),
      },
      () => yard.check(ref),
    );
    await leased.promise;
    const second = asWorker(
      {
        before: async ({ command }) => {
          if (command !== 'GetItemCommand') return;
          looked.resolve();
          await first;
        },
      },
      () => yard.check(ref),
    );
    const reports = (await Promise.all([first, second])).flat();
    faults.clear();
    assert.deepEqual(
      reports.map(({ outcome }) => outcome),
      ['synced', 'synced'],
    );
    assert.deepEqual(await held(), once);
    await isLevel('INBOX', 'Bills', 'Archive', 'Drafts');
    const gone = (await readRuns()).filter(({ part }) => part.kind === 'news');
    assert.deepEqual(gone, []);
  });

  it('a tick that comes twice in its minute does it once', async () => {
    await start();
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7' }));
    const group = (await readHead(yard.deps.table, ref))?.pollGroup ?? '';
    yard.sent.length = 0;
    const tick = Math.floor(yard.deps.now() / 1_000);
    await Promise.all([1, 2].map(() => dispatchChecks(yard.deps, tick, [group])));
    const accounts = yard.sent.flatMap((message) => message.accounts).filter((one) => one.accountId === ref.accountId);
    // Claimed once; and the queue may deliver what was sent twice.
    assert.equal(accounts.length, 1);
    await Promise.all([...accounts, ...accounts].map((one) => yard.check(one)));
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await held(), once);
  });

  it('what is asked for by hand during a run waits for it, and both are done', async () => {
    await start();
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Hello' }));
    await checkUntilQuiet(yard, ref);
    const cursors = (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders);
    const inbox = cursors.find(({ path }) => path === 'INBOX');
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7' }));
    const folder = { folderId: inbox?.id ?? '', uidValidity: inbox?.uidValidity ?? 0 };
    const changes = [{ kind: 'change' as const, folder, uids: [[1, 1]] as const, mailbox: 'Bills' }];
    const asked = changeMailbox(yard.deps, { ref, requested: { requester: { by: 'owner' }, changes } });
    const [, { parts }] = await Promise.all([yard.check(ref), asked]);
    // The other run may be the one that makes the folder.
    const states = parts.map(({ state }) => ('reason' in state ? state.reason : state.state));
    assert.ok(['done', 'mailbox-missing'].includes(states.join()), states.join());
    await checkUntilQuiet(yard, ref);
    const moved = states.join() === 'done' ? 1 : 0;
    assert.deepEqual(await held(), { INBOX: 1 - moved, Bills: 1 + moved, Archive: 1, Drafts: 1 });
    await isLevel('INBOX', 'Bills', 'Archive', 'Drafts');
  });

  it('a letter that came twice is filed twice, and one that was moved back is left alone all the same', async () => {
    await start();
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7' }));
    await checkUntilQuiet(yard, ref);
    const [first] = await oracle.listMessages(user, 'Bills');
    // The same message again, INTERNALDATE and all.
    await server.doveadm(['copy', '-u', user, 'INBOX', 'mailbox', 'Bills', 'uid', `${first?.uid}`]);
    await checkUntilQuiet(yard, ref);
    // The same sender in the same thread is answered once in seven days.
    assert.deepEqual(await held(), { INBOX: 0, Bills: 2, Archive: 2, Drafts: 1 });
    await oracle.moveByAnotherClient(user, 'Bills', first?.uid ?? 0, 'INBOX');
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await held(), { INBOX: 1, Bills: 1, Archive: 2, Drafts: 1 });
  });

  it('a folder that will not open and a message that cannot be fetched hold up no other, and are not lost', async () => {
    await start(proxy);
    await oracle.createFolder(user, 'Locked');
    await checkUntilQuiet(yard, ref);
    await oracle.deliver(user, 'Locked', letter());
    await oracle.deliverAll(
      user,
      'INBOX',
      [1, 2, 3, 4, 5].map((n) => ({ source: letter({ subject: `Invoice ${n}` }) })),
    );
    proxy.set({ port: server.plainPort, oddities: [lockedAndPoisoned] });
    const [report] = await yard.check(ref);
    assert.deepEqual(report, { ref, outcome: 'failed', code: 'imap.refused' });
    await yard.check(ref);
    assert.deepEqual(await held(), { INBOX: 1, Bills: 4, Archive: 4, Drafts: 4 });
    assert.equal((await readHead(yard.deps.table, ref))?.failure?.code, 'imap.refused');
    proxy.set({ port: server.plainPort, oddities: [] });
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await held(), { INBOX: 0, Bills: 5, Archive: 5, Drafts: 5 });
    await isLevel('INBOX', 'Locked', 'Bills', 'Archive', 'Drafts');
    assert.equal((await readHead(yard.deps.table, ref))?.failure, undefined);
  });

  it('an account that is deleted during a run leaves nothing behind, wherever in the run that is', async () => {
    for (let at = 2; at <= 20; at += 3) {
      await start();
      await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7' }));
      let calls = 0;
      let deleting = false;
      faults.set({
        after: async () => {
          calls += 1;
          if (calls !== at || deleting) return;
          deleting = true;
          await deleteAccount(yard.deps, { tenant: ref.tenant, id: ref.accountId, revision: 'any' });
        },
      });
      await yard.check(ref);
      faults.clear();
      assert.ok(deleting, `call ${at} came`);
      yard.clock.skewMs += LIMITS.leaseSeconds * 1_000;
      await clearDeletedAccount(yard.deps, ref);
      assert.deepEqual(await queryAll(yard.deps.table, accountPk(ref.tenant, ref.accountId), {}), [], `call ${at}`);
      const left = await held();
      assert.equal((left['INBOX'] ?? 0) + (left['Bills'] ?? 0), 1, `call ${at}: the letter is there once`);
      count %= 19;
      await server.doveadm(['expunge', '-u', user, 'mailbox', '*', 'all']);
    }
  });
});

/** SELECT of one folder is answered NO; so is every FETCH of headers that touches the third message. */
const lockedAndPoisoned: Oddity = () => ({
  command: (unit) =>
    unit
      .replace(/^(\S+) (SELECT|EXAMINE) "?Locked"?.*\r\n$/i, '$1 EXAMINE "no/such/folder"\r\n')
      .replace(/^(\S+) UID FETCH ([\d:,]+) (.*HEADER.*)\r\n$/i, (all, tag, set) =>
        touches(String(set), 3) ? `${tag} UID FETCH ${set} (NOSUCHITEM)\r\n` : all,
      ),
});

const touches = (set: string, uid: number): boolean =>
  set.split(',').some((range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return uid >= first && uid <= last;
  });
