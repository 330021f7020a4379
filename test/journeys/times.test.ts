/** Rules that wait for a time: what has been as it is for long, what is put off, and schedules. The clock is set forward. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountSettings } from '../../shared/store/accounts.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('rules that wait for a time', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;
  let user = '';
  let count = 0;

  before(async () => {
    server = await startDovecot({
      users: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`user${i + 1}`, 'secret'])),
    });
    oracle = dovecotOracle(server);
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const start = async (rules: readonly object[], settings: Partial<AccountSettings> = {}): Promise<void> => {
    count += 1;
    user = `user${count}`;
    ref = await yard.addAccount(server, user, { tenant: `times-${count}`, ...settings });
    for (const rule of rules) await yard.addRule(ref, { name: 'Waits', conditions: {}, ...rule });
    await checkUntilQuiet(yard, ref);
  };
  const pass = async (ms: number): Promise<void> => {
    yard.clock.skewMs += ms;
    await checkUntilQuiet(yard, ref);
  };
  const put = async (path = 'INBOX', subject = 'Hello'): Promise<number> => {
    await oracle.deliver(user, path, letter({ subject }));
    await checkUntilQuiet(yard, ref);
    return (await oracle.listMessages(user, path)).at(-1)?.uid ?? 0;
  };
  const held = async (path: string) => (await oracle.listMessages(user, path)).length;
  const ARCHIVE = [{ type: 'archive' }];
  const aged = (state: string, after: string) => ({ trigger: { type: 'aged', state, after }, actions: ARCHIVE });

  it('a message is archived once it was in the folder for so long, and a quiet check costs nothing meanwhile', async () => {
    await start([aged('inMailbox', 'P14D')]);
    await put();
    await pass(13 * DAY);
    assert.equal(await held('INBOX'), 1);
    await put();
    assert.deepEqual(
      (await yard.check(ref)).map(({ outcome }) => outcome),
      ['quiet'],
    );
    await pass(DAY + 60_000);
    assert.deepEqual([await held('INBOX'), await held('Archive')], [1, 1]);
    await pass(14 * DAY);
    assert.deepEqual([await held('INBOX'), await held('Archive')], [0, 2]);
  });

  it('one that the person moves back waits anew, and one that the rule is not for is asked about once', async () => {
    await start([{ ...aged('inMailbox', 'P2D'), conditions: { subject: 'old' } }]);
    await put('INBOX', 'old');
    await put('INBOX', 'new');
    await pass(2 * DAY + 60_000);
    assert.deepEqual([await held('INBOX'), await held('Archive')], [1, 1]);
    await oracle.moveByAnotherClient(user, 'Archive', 1, 'INBOX');
    await checkUntilQuiet(yard, ref);
    await pass(DAY);
    assert.equal(await held('INBOX'), 2);
    await pass(DAY + 60_000);
    assert.equal(await held('INBOX'), 1);
  });

  it('unread for long is without a break, and flagged counts from the flag', async () => {
    await start([aged('unseen', 'P3D')]);
    const uid = await put();
    await pass(2 * DAY);
    await oracle.addFlags(user, 'INBOX', uid, ['\\Seen']);
    await checkUntilQuiet(yard, ref);
    await oracle.removeFlags(user, 'INBOX', uid, ['\\Seen']);
    await checkUntilQuiet(yard, ref);
    await pass(2 * DAY);
    assert.equal(await held('INBOX'), 1);
    await pass(DAY + 60_000);
    assert.equal(await held('INBOX'), 0);

    await start([aged('flagged', 'P3D')]);
    const other = await put();
    await pass(5 * DAY);
    assert.equal(await held('INBOX'), 1);
    await oracle.addFlags(user, 'INBOX', other, ['\\Flagged']);
    await checkUntilQuiet(yard, ref);
    await pass(2 * DAY);
    assert.equal(await held('INBOX'), 1);
    await pass(DAY + 60_000);
    assert.equal(await held('INBOX'), 0);
  });

  it('a rule that is made later begins to count then, in a folder that is quiet', async () => {
    await start([]);
    await put();
    await pass(10 * DAY);
    await yard.addRule(ref, { name: 'Later', conditions: {}, ...aged('inMailbox', 'P7D') });
    await checkUntilQuiet(yard, ref);
    await pass(6 * DAY);
    assert.equal(await held('INBOX'), 1);
    await pass(DAY + 60_000);
    assert.equal(await held('INBOX'), 0);
  });

  it('a schedule is kept in the owner’s time zone, once at each time, for all mail', async () => {
    const actions = [{ type: 'copy', mailbox: { path: 'Digest' }, create: true }];
    await start([{ trigger: { type: 'scheduled', cron: '0 7 * * *' }, conditions: { notKeyword: '$seen' }, actions }], {
      timeZone: 'Asia/Tokyo',
    });
    await oracle.deliver(user, 'INBOX', letter(), ['\\Seen']);
    await put();
    await put();
    const wakeAt = ((await readHead(yard.deps.table, ref))?.wakeAt ?? 0) * 1_000;
    assert.match(new Date(wakeAt).toISOString(), /T22:00:00/);
    await pass(wakeAt - yard.deps.now() - 60_000);
    assert.equal(await held('Digest').catch(() => 0), 0);
    await pass(61_000);
    assert.equal(await held('Digest'), 2);
    await pass(60_000);
    assert.equal(await held('Digest'), 2);
    await pass(3 * DAY);
    assert.equal(await held('Digest'), 4);
  });

  it('what expires goes to the trash if then the conditions hold', async () => {
    await start([{ conditions: { notKeyword: '$flagged' }, actions: [{ type: 'expire', after: 'P30D' }] }]);
    await put();
    const kept = await put();
    await pass(29 * DAY);
    await oracle.addFlags(user, 'INBOX', kept, ['\\Flagged']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('INBOX'), 2);
    await pass(DAY + 60_000);
    assert.deepEqual([await held('INBOX'), await held('Trash')], [1, 1]);
    const { parts } = await pageOfJournal(yard.deps.table, ref, { limit: 50 });
    assert.ok(parts.some(({ part }) => part.kind === 'note' && part.note.reason === 'no-longer-so'));
  });

  it('what is snoozed comes back unseen, unless the person took it out', async () => {
    await start([{ actions: [{ type: 'markSeen' }, { type: 'snooze', for: 'PT3H' }] }]);
    await put();
    await put();
    assert.deepEqual([await held('INBOX'), await held('Snoozed')], [0, 2]);
    const [first] = await oracle.listMessages(user, 'Snoozed');
    assert.deepEqual(first?.flags, ['\\Seen']);
    await oracle.moveByAnotherClient(user, 'Snoozed', first?.uid ?? 0, 'Archive');
    await checkUntilQuiet(yard, ref);
    await pass(3 * HOUR + 60_000);
    assert.deepEqual([await held('INBOX'), await held('Snoozed'), await held('Archive')], [1, 0, 1]);
    assert.deepEqual((await oracle.listMessages(user, 'INBOX'))[0]?.flags, []);
    await pass(4 * HOUR);
    assert.deepEqual([await held('INBOX'), await held('Snoozed')], [1, 0]);
  });
});
