/** What was moved is found again by its EMAILID (RFC 8474) when it has another UID by now, and nothing else is taken for it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { changeMailbox } from '../../shared/service/change-mailbox.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import type { TransferCommand } from '../../shared/sync/journal.ts';
import { type Answered, listed } from '../api/api-under-test.ts';
import { type Oddity, offersObjectId, onlyAnnouncesObjectId } from '../chaos/oddities.ts';
import { connectRaw } from '../chaos/raw-imap.ts';
import type { TlsProxy } from '../chaos/tls-proxy.ts';
import type { Dovecot } from '../support/dovecot.ts';
import type { DovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { type ProxiedYard, startProxiedYard } from '../support/proxied-yard.ts';
import { checkUntilQuiet, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

const givesOneEmailId: Oddity = () => {
  const { command, answer } = offersObjectId();
  return {
    ...(command === undefined ? {} : { command }),
    answer: (unit) => (answer?.(unit) ?? unit).replace(/EMAILID \([^)]+\)/, 'EMAILID (M1)'),
  };
};

type Entry = { readonly id: string; readonly action: string; readonly state: string; readonly reason?: string };

describe('an undo on a server', () => {
  let proxied: ProxiedYard;
  let server: Dovecot;
  let oracle: DovecotOracle;
  let proxy: TlsProxy;
  let yard: Yard;
  let call: CallApi;
  let ref: AccountRef;
  let user = '';
  let count = 0;

  before(async () => {
    const users = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`user${i + 1}`, 'secret']));
    proxied = await startProxiedYard({ users });
    ({ server, oracle, proxy, yard } = proxied);
    call = apiOver(yard.deps);
  });
  after(() => proxied?.stop());

  const bill = letter({ subject: 'A bill', id: 'bill' });
  /** Such as are alike in all that a fingerprint holds. */
  const append = async (path: string): Promise<void> => {
    const other = await connectRaw(server.plainPort, user, 'secret');
    await other.send(`APPEND ${path} () "01-Jan-2026 10:00:00 +0000" {${Buffer.byteLength(bill)}+}\r\n${bill}`);
    other.close();
  };
  /** A bill is filed and flagged. */
  const start = async (oddities: readonly Oddity[], conditions: object = { subject: 'bill' }): Promise<void> => {
    count += 1;
    user = `user${count}`;
    proxy.set({ port: server.plainPort, oddities });
    ref = await yard.addAccount({ ...proxy, users: {} }, user, { tenant: `tenant-${count}`, password: 'secret' });
    await oracle.createFolder(user, 'Bills');
    await yard.addRule(ref, {
      name: 'Bills',
      mailboxes: [{ role: 'inbox' }],
      conditions,
      actions: [{ type: 'flag' }, { type: 'move', mailbox: { path: 'Bills' } }],
    });
    await checkUntilQuiet(yard, ref);
  };
  const file = async (): Promise<void> => {
    await append('INBOX');
    await checkUntilQuiet(yard, ref);
  };
  const flags = async (path: string) => (await oracle.listMessages(user, path)).map((message) => message.flags);
  const ask = (method: string, path: string) => call(method, path, { tenant: `tenant-${count}` });
  const entries = (answer: Answered) => listed(answer, 'activity') as unknown as Entry[];
  /** Those that were done, the newest first. */
  const moves = async (): Promise<Entry[]> =>
    entries(await ask('GET', `/v1/accounts/${ref.accountId}/activity`)).filter(
      ({ action, state }) => action === 'move' && state === 'done',
    );
  /** What became of it, or the status where nothing could be done. */
  const undo = async (entry?: Entry) => {
    const { id } = entry ?? (await moves())[0] ?? {};
    const undone = await ask('POST', `/v1/activity/${id}/undo`);
    return undone.status === 200 ? entries(undone).map(({ state, reason }) => reason ?? state) : undone.status;
  };
  const isLevel = async (): Promise<void> => {
    await checkUntilQuiet(yard, ref);
    for (const path of ['INBOX', 'Bills']) {
      assert.deepEqual(await mirrorOf(yard, ref, path), await oracle.listMessages(user, path), path);
    }
  };
  const move = async (): Promise<TransferCommand> => {
    const { parts } = await pageOfJournal(yard.deps.table, ref, { limit: 50 });
    const commands = parts.flatMap(({ part }) => (part.kind === 'effect' ? [part.command] : []));
    const found = commands.find((command) => command.kind === 'move');
    assert.ok(found !== undefined);
    return found as TransferCommand;
  };
  const outAndIn = async (): Promise<void> => {
    const [filed] = await oracle.listMessages(user, 'Bills');
    await oracle.moveByAnotherClient(user, 'Bills', filed?.uid ?? 0, 'Archive');
    const [out] = await oracle.listMessages(user, 'Archive');
    await oracle.moveByAnotherClient(user, 'Archive', out?.uid ?? 0, 'Bills');
  };

  for (const [name, conditions] of [
    ['headers alone', { subject: 'bill' }],
    ['bodies', { body: 'e' }],
  ] as const) {
    it(`with EMAILIDs finds what was put there again under another UID, where a rule reads ${name}`, async () => {
      await start([offersObjectId], conditions);
      await file();
      assert.equal((await move()).emailMarks?.length, 1);
      await outAndIn();
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await undo(), ['done']);
      assert.deepEqual([await flags('INBOX'), await flags('Bills')], [[['\\Flagged']], []]);
      await isLevel();
    });
  }

  it('without EMAILIDs leaves that alone, and keeps nothing for it', async () => {
    await start([]);
    await file();
    assert.equal('emailMarks' in (await move()), false);
    await outAndIn();
    assert.equal(await undo(), 409);
    assert.deepEqual(await flags('Bills'), [['\\Flagged']]);
  });

  it('takes no other message that is alike, when the person has taken ours away', async () => {
    await start([offersObjectId]);
    await file();
    await oracle.moveByAnotherClient(user, 'Bills', 1, 'Archive');
    await append('Bills');
    assert.equal(await undo(), 409);
    assert.deepEqual([await flags('INBOX'), await flags('Bills'), await flags('Archive')], [[], [[]], [['\\Flagged']]]);
  });

  it('takes no other message where the server gives all the same EMAILID', async () => {
    await start([givesOneEmailId]);
    await file();
    await oracle.moveByAnotherClient(user, 'Bills', 1, 'Archive');
    await oracle.deliver(user, 'Bills', letter({ subject: 'Another' }));
    assert.equal(await undo(), 409);
    assert.deepEqual([await flags('INBOX'), await flags('Bills')], [[], [[]]]);
  });

  it('takes no copy that our own record knows for another', async () => {
    // Of a copy a server must give the same (RFC 8474 section 5.1), which Dovecot 2.3 does not.
    await start([givesOneEmailId]);
    await file();
    const at = async (path: string) => ({ path, uidValidity: (await oracle.status(user, path)).uidValidity });
    const requester = { by: 'owner' } as const;
    const uids = [[1, 1]] as const;
    const copy = { kind: 'copy', folder: await at('Bills'), uids, mailbox: 'Archive' } as const;
    await changeMailbox(yard.deps, { ref, requested: { requester, changes: [copy] } });
    const back = { kind: 'change', folder: await at('Archive'), uids, mailbox: 'Bills' } as const;
    await changeMailbox(yard.deps, { ref, requested: { requester, changes: [back] } });
    assert.equal((await flags('Bills')).length, 2);
    await oracle.moveByAnotherClient(user, 'Bills', 1, 'Archive');
    assert.equal(await undo((await moves()).at(-1)), 409);
    assert.deepEqual([await flags('INBOX'), await flags('Bills')], [[], [['\\Flagged']]]);
  });

  it('tells ours from one that is alike in a folder that was numbered anew, however many came since', async () => {
    await start([offersObjectId]);
    await append('Bills');
    await checkUntilQuiet(yard, ref);
    await file();
    assert.deepEqual(await flags('Bills'), [[], ['\\Flagged']]);
    const source = letter({ subject: 'Other' });
    await oracle.deliverAll(
      user,
      'Bills',
      Array.from({ length: LIMITS.lookupMessagesMax }, () => ({ source })),
    );
    await oracle.setUidValidity(user, 'Bills', 4_244);
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await undo(), ['done']);
    assert.deepEqual(await flags('INBOX'), [['\\Flagged']]);
    assert.equal((await flags('Bills')).length, LIMITS.lookupMessagesMax + 1);
    await isLevel();
  });

  it('that announces EMAILIDs and knows none, files all the same', async () => {
    await start([onlyAnnouncesObjectId]);
    await file();
    assert.deepEqual(await flags('Bills'), [['\\Flagged']]);
    assert.equal('emailMarks' in (await move()), false);
  });
});
