/** What keeps rules from doing harm: how far one reaches, moves and drafts that go round, erasing only where it is allowed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isMailyardError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { parseRule, type Rule } from '../../shared/rules/rule.ts';
import { createRule, getRule, replaceRule, resumeRule } from '../../shared/service/manage-rules.ts';
import { readActivity } from '../../shared/service/read-activity.ts';
import type { AccountSettings } from '../../shared/store/accounts.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('what keeps rules from doing harm', () => {
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

  const start = async (rules: readonly object[], settings: Partial<AccountSettings> = {}): Promise<Rule[]> => {
    count += 1;
    user = `user${count}`;
    ref = await yard.addAccount(server, user, { tenant: `guards-${count}`, ...settings });
    const made: Rule[] = [];
    for (const rule of rules) made.push(await yard.addRule(ref, { name: 'Guarded', conditions: {}, ...rule }));
    await checkUntilQuiet(yard, ref);
    return made;
  };
  const put = async (...subjects: string[]): Promise<void> => {
    await oracle.deliverAll(
      user,
      'INBOX',
      subjects.map((subject) => ({ source: letter({ subject }) })),
    );
    await checkUntilQuiet(yard, ref);
  };
  const held = async (path: string) => (await oracle.listMessages(user, path)).length;
  const activity = async () => (await readActivity(yard.deps, { ...ref, limit: 50 })).entries;
  const parts = async () => (await pageOfJournal(yard.deps.table, ref, { limit: 50 })).parts.map(({ part }) => part);

  it('a rule that would reach too far is paused and does nothing, while the others are asked without it', async () => {
    const [rule] = await start([
      { sequence: 1, limits: { messagesPerRun: 3 }, actions: [{ type: 'trash' }], stopProcessingRules: true },
      { sequence: 2, conditions: { subject: 'invoice' }, actions: [{ type: 'flag' }] },
    ]);
    assert.ok(rule !== undefined);
    await put('Invoice 1', 'b', 'c', 'd');
    assert.deepEqual([await held('INBOX'), await held('Trash')], [4, 0]);
    const flagged = (await oracle.listMessages(user, 'INBOX')).filter(({ flags }) => flags.includes('\\Flagged'));
    assert.equal(flagged.length, 1);
    const wanted = { tenant: ref.tenant, id: rule.id };
    const { paused, revision } = await getRule(yard.deps, wanted);
    assert.equal(paused?.accountId, ref.accountId);
    assert.match(paused?.detail ?? '', /4 messages/);
    const [note] = (await activity()).filter(({ reason }) => reason === 'paused');
    assert.deepEqual([note?.messageCount, note?.rules[0]?.ruleId], [4, rule.id]);

    await put('e');
    assert.deepEqual([await held('INBOX'), await held('Trash')], [5, 0]);
    // What is written anew stays paused until the owner says that it may go on.
    const { paused: _paused, id: _id, revision: _revision, createdAt: _c, updatedAt: _u, ...input } = rule;
    const replaced = await replaceRule(yard.deps, { ...wanted, input, revision: 'any' });
    assert.deepEqual([replaced.paused, replaced.revision], [paused, revision + 1]);
    assert.equal((await resumeRule(yard.deps, wanted)).paused, undefined);
    await put('f');
    assert.deepEqual([await held('INBOX'), await held('Trash')], [5, 1]);
  });

  it('a message is moved five times a day at most', async () => {
    await start([{ mailboxes: [{ path: 'Later' }], trigger: { type: 'movedInto' }, actions: [{ type: 'archive' }] }]);
    await oracle.createFolder(user, 'Later');
    await put('round and round');
    await oracle.moveByAnotherClient(user, 'INBOX', 1, 'Later');
    await checkUntilQuiet(yard, ref);
    for (let turn = 1; turn <= LIMITS.movesPerMessagePerDayMax; turn += 1) {
      const [message] = await oracle.listMessages(user, 'Archive');
      assert.ok(message !== undefined, `turn ${turn}`);
      await oracle.moveByAnotherClient(user, 'Archive', message.uid, 'Later');
      await checkUntilQuiet(yard, ref);
    }
    assert.deepEqual([await held('Archive'), await held('Later')], [0, 1]);
    assert.ok((await activity()).some(({ reason }) => reason === 'move-limit'));
  });

  it('a sender is answered once in a thread and seven days, and never a machine', async () => {
    await start([{ actions: [{ type: 'createDraft', text: 'Thank you.' }] }]);
    const ask = async (id: string, ...headers: string[]) => {
      await oracle.deliver(user, 'INBOX', letter({ id, headers }));
      await checkUntilQuiet(yard, ref);
    };
    await ask('one');
    await ask('two', 'References: <one@example.org>');
    assert.equal(await held('Drafts'), 1);
    await ask('other');
    assert.equal(await held('Drafts'), 2);
    await ask('machine', 'Auto-Submitted: auto-replied');
    await ask('list', 'List-Id: <news.example.org>');
    assert.equal(await held('Drafts'), 2);
    yard.clock.skewMs += 8 * 86_400_000;
    await ask('three', 'References: <one@example.org> <two@example.org>');
    assert.equal(await held('Drafts'), 3);
    assert.ok((await activity()).some(({ reason }) => reason === 'drafted-lately'));
  });

  it('messages are erased only where the account allows it', async () => {
    await start([], {});
    const input = parseRule(
      { name: 'Away', conditions: { subject: 'advert' }, actions: [{ type: 'destroy' }] },
      { mayDestroy: true },
    );
    await assert.rejects(
      createRule(yard.deps, { tenant: ref.tenant, id: 'away', input }),
      (error) => isMailyardError(error, 'validation.failed') && error.fields[0]?.pointer === '/actions/0',
    );
    await start([], { allowDestroy: true });
    await createRule(yard.deps, { tenant: ref.tenant, id: 'away', input });
    await put('Advert', 'Hello');
    assert.equal(await held('INBOX'), 1);
    const [entry] = await activity();
    assert.deepEqual([entry?.action, entry?.state, entry?.rules[0]?.ruleId], ['remove', 'done', 'away']);
  });

  it('an event goes into the outbox with the journal, and says nothing of what is in the mail', async () => {
    const [rule] = await start([
      { conditions: { subject: 'secret' }, actions: [{ type: 'webhook', event: 'mail.secret' }] },
    ]);
    await put('A secret', 'Another', 'secret too');
    const events = (await parts()).flatMap((part) => (part.kind === 'event' ? [part.event] : []));
    assert.equal(events.length, 1);
    assert.deepEqual(
      { ...events[0], source: events[0]?.source.path },
      {
        source: 'INBOX',
        uids: [
          [1, 1],
          [3, 3],
        ],
        event: 'mail.secret',
        ruleId: rule?.id,
        ruleName: 'Guarded',
        trigger: 'arrived',
      },
    );
  });
});
