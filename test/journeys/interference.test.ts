/** Another client acts between our decision and its effect: what the person did by hand wins, and nothing is lost or doubled. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { readActivity } from '../../shared/service/read-activity.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type DatabaseCall, type Faults, faultsOn } from '../support/faults.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const USERS = 30;

let server: Dovecot;
let oracle: DovecotOracle;
let yard: Yard;
let faults: Faults;
let taken = 0;

before(async () => {
  server = await startDovecot({
    users: Object.fromEntries(Array.from({ length: USERS }, (_, i) => [`user${i}`, 'secret'])),
  });
  oracle = dovecotOracle(server);
  yard = await startYard();
  faults = faultsOn(yard.deps.table);
});
after(async () => {
  await yard?.stop();
  await server?.stop();
});

type Person = { readonly user: string; readonly ref: AccountRef };

/** A mailbox of its own with folders and rules, synced. */
const settle = async (rules: readonly object[], folders: readonly string[] = []): Promise<Person> => {
  const user = `user${taken}`;
  taken += 1;
  assert.ok(taken <= USERS);
  for (const folder of folders) await oracle.createFolder(user, folder);
  const ref = await yard.addAccount(server, user, { tenant: user });
  for (const rule of rules) await yard.addRule(ref, rule);
  await checkUntilQuiet(yard, ref);
  return { user, ref };
};

const arms = ({ input }: DatabaseCall): boolean => String(input['UpdateExpression']).includes('SET openJournal');
/** The first step of taking the lease, when the folders are listed already. */
const takesLease = ({ command, input }: DatabaseCall): boolean =>
  command === 'UpdateItemCommand' && String(input['UpdateExpression']).includes('leaseOwner');

/** Runs `act` once, right after the journal of the next run is armed; then checks until all is quiet. */
const checkWhile = async (person: Person, act: () => Promise<void>) => {
  let acted = false;
  faults.set({
    after: async (call) => {
      if (acted || !arms(call)) return;
      acted = true;
      await act();
    },
  });
  const { effects } = await checkUntilQuiet(yard, person.ref).finally(() => faults.clear());
  assert.ok(acted, 'a journal was armed');
  await isAtRest(person);
  return effects;
};

/** The mirror is the server, and nothing is left to be done. */
const isAtRest = async ({ user, ref }: Person): Promise<void> => {
  const [report] = await yard.check(ref);
  assert.equal(report?.outcome, 'quiet');
  for (const folder of await oracle.folders(user)) {
    assert.deepEqual(await mirrorOf(yard, ref, folder), await oracle.listMessages(user, folder), folder);
  }
};

/** What each folder that holds something holds: the flags of its messages. */
const held = async ({ user }: Person): Promise<Record<string, readonly (readonly string[])[]>> => {
  const folders: Record<string, readonly (readonly string[])[]> = {};
  for (const folder of await oracle.folders(user)) {
    const messages = await oracle.listMessages(user, folder);
    if (messages.length > 0) folders[folder] = messages.map(({ flags }) => flags);
  }
  return folders;
};

/** `move skipped: message-gone`, in the order of the journal. */
const told = async ({ ref }: Person): Promise<string[]> => {
  const { entries } = await readActivity(yard.deps, { ...ref, limit: 50 });
  return entries
    .map(({ action, state, reason }) => `${action} ${state}${reason === undefined ? '' : `: ${reason}`}`)
    .reverse();
};

const FILE = {
  name: 'File',
  conditions: { subject: 'invoice' },
  actions: [{ type: 'move', mailbox: { path: 'Bills' } }],
};
const FLAG_IN_WORK = {
  name: 'Flag',
  mailboxes: [{ path: 'Work' }],
  conditions: { subject: 'invoice' },
  actions: [{ type: 'flag' }],
};
const NOTHING = { move: 0, copy: 0, flag: 0, draft: 0 };
const invoice = () => letter({ subject: 'Invoice' });

describe('between decision and effect, another client', () => {
  for (const [where, folder] of [
    ['elsewhere', 'Elsewhere'],
    ['to the very folder that it was to be filed in', 'Bills'],
  ] as const) {
    it(`moves the message ${where}`, async () => {
      const person = await settle([FILE], ['Bills', 'Elsewhere']);
      const uid = await oracle.deliver(person.user, 'INBOX', invoice());
      const effects = await checkWhile(person, () => oracle.moveByAnotherClient(person.user, 'INBOX', uid, folder));
      assert.deepEqual(effects, NOTHING);
      assert.deepEqual(await held(person), { [folder]: [[]] });
      assert.deepEqual(await told(person), ['move skipped: message-gone']);
    });
  }

  it('deletes the message', async () => {
    const actions = [{ type: 'flag' }, { type: 'copy', mailbox: { role: 'archive' } }, ...FILE.actions];
    const person = await settle([{ ...FILE, actions }], ['Bills']);
    const uid = await oracle.deliver(person.user, 'INBOX', invoice());
    assert.deepEqual(await checkWhile(person, () => oracle.expunge(person.user, 'INBOX', uid)), NOTHING);
    assert.deepEqual(await held(person), {});
    assert.deepEqual(await told(person), [
      'store skipped: message-gone',
      'copy skipped: message-gone',
      'move skipped: message-gone',
    ]);
  });

  it('deletes one message of several that go together', async () => {
    const person = await settle([FILE], ['Bills']);
    const [, second = 0] = await oracle.deliverAll(
      person.user,
      'INBOX',
      [1, 2, 3].map(() => ({ source: invoice() })),
    );
    const effects = await checkWhile(person, () => oracle.expunge(person.user, 'INBOX', second));
    assert.deepEqual(effects, { ...NOTHING, move: 2 });
    assert.deepEqual(await held(person), { Bills: [[], []] });
    const { entries } = await readActivity(yard.deps, { ...person.ref, limit: 50 });
    assert.deepEqual(
      entries.map(({ skipped }) => [skipped?.reason, skipped?.messages.map(({ uid }) => uid)]),
      [['message-gone', [second]]],
    );
  });

  it('flags the message and marks it read: both go with it', async () => {
    const person = await settle([FILE], ['Bills']);
    const uid = await oracle.deliver(person.user, 'INBOX', invoice());
    await checkWhile(person, () => oracle.addFlags(person.user, 'INBOX', uid, ['\\Flagged', '\\Seen']));
    assert.deepEqual(await held(person), { Bills: [['\\Flagged', '\\Seen']] });
    assert.deepEqual(await told(person), ['move done']);
  });

  it('takes a flag away: it stays away, and ours is set beside', async () => {
    const person = await settle([{ ...FILE, actions: [{ type: 'markSeen' }] }]);
    const uid = await oracle.deliver(person.user, 'INBOX', invoice(), ['\\Flagged', 'mine', 'project']);
    await checkWhile(person, () => oracle.removeFlags(person.user, 'INBOX', uid, ['\\Flagged', 'mine']));
    assert.deepEqual(await held(person), { INBOX: [['\\Seen', 'project']] });
  });

  it('deletes the target folder: it is not made again behind the owner’s back', async () => {
    const actions = [{ type: 'move', mailbox: { path: 'Bills' }, create: true }];
    const person = await settle([{ ...FILE, actions }], ['Bills']);
    await oracle.deliver(person.user, 'INBOX', invoice());
    assert.deepEqual(await checkWhile(person, () => oracle.deleteFolder(person.user, 'Bills')), NOTHING);
    assert.deepEqual(await held(person), { INBOX: [[]] });
    assert.ok(!(await oracle.folders(person.user)).includes('Bills'));
    assert.deepEqual(await told(person), ['move skipped: mailbox-missing']);
  });

  it('renames the source folder', async () => {
    const person = await settle([FLAG_IN_WORK], ['Work']);
    await oracle.deliver(person.user, 'Work', invoice());
    const effects = await checkWhile(person, () => oracle.renameFolder(person.user, 'Work', 'Play'));
    assert.deepEqual(effects, NOTHING);
    assert.deepEqual(await held(person), { Play: [[]] });
    assert.deepEqual(await told(person), ['store skipped: mailbox-missing']);
  });

  it('makes the source folder anew, with another message under the same UID', async () => {
    const person = await settle([FLAG_IN_WORK], ['Work']);
    const uid = await oracle.deliver(person.user, 'Work', invoice());
    await checkWhile(person, async () => {
      await oracle.deleteFolder(person.user, 'Work');
      await oracle.createFolder(person.user, 'Work');
      assert.equal(await oracle.deliver(person.user, 'Work', letter({ subject: 'Not that one' })), uid);
    });
    assert.deepEqual(await held(person), { Work: [[]] });
    assert.deepEqual(await told(person), ['store skipped: uidvalidity-changed']);
  });

  it('restores a backup, so that the UIDs mean something else', async () => {
    const person = await settle([FILE], ['Bills']);
    await oracle.deliver(person.user, 'INBOX', invoice());
    const { uidValidity } = await oracle.status(person.user, 'INBOX');
    const effects = await checkWhile(person, () => oracle.setUidValidity(person.user, 'INBOX', uidValidity + 7));
    assert.deepEqual(effects, NOTHING);
    assert.deepEqual(await held(person), { INBOX: [[]] });
    assert.deepEqual(await told(person), ['move skipped: uidvalidity-changed']);
  });
});

describe('what the person does afterwards', () => {
  it('taking away a flag that a rule set: it is not set again', async () => {
    const person = await settle([{ ...FILE, actions: [{ type: 'flag' }] }]);
    const uid = await oracle.deliver(person.user, 'INBOX', invoice());
    assert.deepEqual((await checkUntilQuiet(yard, person.ref)).effects, { ...NOTHING, flag: 1 });
    await oracle.removeFlags(person.user, 'INBOX', uid, ['\\Flagged']);
    assert.deepEqual((await checkUntilQuiet(yard, person.ref)).effects, NOTHING);
    assert.deepEqual(await held(person), { INBOX: [[]] });
    await isAtRest(person);
  });

  it('moving a filed message back: it is not filed again, and the next invoice is', async () => {
    const person = await settle([FILE], ['Bills']);
    await oracle.deliver(person.user, 'INBOX', invoice());
    await checkUntilQuiet(yard, person.ref);
    const [filed] = await oracle.listMessages(person.user, 'Bills');
    await oracle.moveByAnotherClient(person.user, 'Bills', filed?.uid ?? 0, 'INBOX');
    assert.deepEqual((await checkUntilQuiet(yard, person.ref)).effects, NOTHING);
    await oracle.deliver(person.user, 'INBOX', invoice());
    assert.deepEqual((await checkUntilQuiet(yard, person.ref)).effects, { ...NOTHING, move: 1 });
    assert.deepEqual(await held(person), { Bills: [[]], INBOX: [[]] });
    await isAtRest(person);
  });

  it('restoring a backup at rest: the mirror begins anew and no rule fires', async () => {
    const person = await settle([{ ...FILE, actions: [{ type: 'flag' }] }]);
    for (let i = 0; i < 3; i += 1) await oracle.deliver(person.user, 'INBOX', letter({ subject: 'Letter' }));
    await oracle.deliver(person.user, 'INBOX', invoice());
    await checkUntilQuiet(yard, person.ref);
    const before = await held(person);
    const { uidValidity } = await oracle.status(person.user, 'INBOX');
    await oracle.setUidValidity(person.user, 'INBOX', uidValidity + 7);
    assert.deepEqual((await checkUntilQuiet(yard, person.ref)).effects, NOTHING);
    assert.deepEqual(await held(person), before);
    await isAtRest(person);
  });
});

describe('two workers', () => {
  it('at once: the second finds the account busy, and effects come once', async () => {
    const person = await settle([{ ...FILE, actions: [{ type: 'flag' }, ...FILE.actions] }], ['Bills']);
    await oracle.deliver(person.user, 'INBOX', invoice());
    const outcomes: (string | undefined)[] = [];
    const effects = await checkWhile(person, async () => {
      outcomes.push((await yard.check(person.ref))[0]?.outcome);
    });
    assert.deepEqual(outcomes, ['busy']);
    assert.deepEqual(effects, { ...NOTHING, flag: 1, move: 1 });
    assert.deepEqual(await held(person), { Bills: [['\\Flagged']] });
  });

  it('side by side, whoever comes first: effects come once', async () => {
    const person = await settle([{ ...FILE, actions: [{ type: 'copy', mailbox: { role: 'archive' } }] }]);
    for (let round = 1; round <= 3; round += 1) {
      await oracle.deliver(person.user, 'INBOX', invoice());
      const reports = (await Promise.all([1, 2, 3].map(() => yard.check(person.ref)))).flat();
      const copies = reports.map((report) => (report.outcome === 'synced' ? report.sync.effects.copy : 0));
      assert.equal(
        copies.reduce((sum, count) => sum + count, 0),
        1,
        JSON.stringify(reports),
      );
      assert.equal((await oracle.listMessages(person.user, 'Archive')).length, round);
    }
    await checkUntilQuiet(yard, person.ref);
    await isAtRest(person);
  });

  it('with the same message of the queue: the second finds nothing to do', async () => {
    const person = await settle([FILE], ['Bills']);
    await oracle.deliver(person.user, 'INBOX', invoice());
    const message = { accounts: [person.ref], tickSeconds: Math.floor(yard.deps.now() / 1_000), pollSeconds: 60 };
    const cache = configCache(yard.deps);
    const moved: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const [report] = await checkAccounts(yard.deps, cache, message);
      moved.push(report?.outcome === 'synced' ? report.sync.effects.move : 0);
    }
    assert.deepEqual(moved, [1, 0, 0]);
    assert.deepEqual(await held(person), { Bills: [[]] });
    await isAtRest(person);
  });

  it('one after the other, the second with folders that it listed before the first began', async () => {
    const file = { ...FILE, actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }] };
    const watch = {
      name: 'Watch',
      mailboxes: [{ path: 'Bills' }],
      conditions: { from: 'ann' },
      actions: [{ type: 'flag' }],
    };
    const person = await settle([file, watch]);
    await oracle.deliver(person.user, 'INBOX', invoice());
    let acted = false;
    faults.set({
      before: async (call) => {
        if (acted || !takesLease(call)) return;
        acted = true;
        await checkUntilQuiet(yard, person.ref);
      },
    });
    const [report] = await yard.check(person.ref).finally(() => faults.clear());
    assert.ok(acted && report?.outcome === 'synced', JSON.stringify(report));
    assert.deepEqual(await held(person), { Bills: [[]] });
    await oracle.deliver(person.user, 'Bills', letter({ subject: 'Put here by hand' }));
    assert.deepEqual((await checkUntilQuiet(yard, person.ref)).effects, { ...NOTHING, flag: 1 });
    assert.deepEqual(await held(person), { Bills: [[], ['\\Flagged']] });
    await isAtRest(person);
  });
});
