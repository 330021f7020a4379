/** Mail handled through the API as if it were local: changed, drafted, undone; what the person did since is left alone. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Answered, listed, pointersOf } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

type Entry = {
  readonly id: string;
  readonly runId: string;
  readonly action: string;
  readonly state: string;
  readonly reason?: string;
};

describe('mail is handled by hand through the API', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let call: CallApi;
  let ref: AccountRef;
  let user = '';
  let tenant = '';
  let count = 0;

  before(async () => {
    const users = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`user${i + 1}`, 'secret']));
    server = await startDovecot({ users });
    oracle = dovecotOracle(server);
    yard = await startYard();
    call = apiOver(yard.deps);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const start = async (subjects: readonly string[], more: { readonly allowDestroy?: boolean } = {}) => {
    count += 1;
    user = `user${count}`;
    tenant = `tenant-${count}`;
    ref = await yard.addAccount(server, user, { tenant, ...more });
    for (const subject of subjects) await oracle.deliver(user, 'INBOX', letter({ subject }));
    await checkUntilQuiet(yard, ref);
  };
  const at = (path: string) => `/v1/accounts/${ref.accountId}${path}`;
  const ask = (method: string, path: string, body?: unknown, query?: string) =>
    call(method, path, { tenant, ...(body === undefined ? {} : { body }), ...(query === undefined ? {} : { query }) });
  const ids = async (folder: string): Promise<string[]> => {
    const answer = await ask('GET', at('/messages'), undefined, `folder=${encodeURIComponent(folder)}`);
    const rows = listed(answer, 'messages').map(({ id, uid }) => ({ id: String(id), uid: Number(uid) }));
    return rows.sort((a, b) => a.uid - b.uid).map(({ id }) => id);
  };
  const entries = (answer: Answered) => listed(answer, 'activity') as unknown as Entry[];
  const told = (answer: Answered) => entries(answer).map(({ action, state, reason }) => [action, reason ?? state]);
  const flags = async (path: string) => (await oracle.listMessages(user, path)).map((message) => message.flags);
  const isLevel = async (...paths: string[]) => {
    for (const path of paths) assert.deepEqual(await mirrorOf(yard, ref, path), await oracle.listMessages(user, path));
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 0, copy: 0, flag: 0, draft: 0 });
  };

  it('moves and flags one message, and many', async () => {
    await start(['One', 'Two', 'Three']);
    const [one = '', ...others] = await ids('INBOX');
    const moved = await ask('PATCH', at(`/messages/${one}`), { mailbox: { role: 'archive' }, addKeywords: ['$seen'] });
    assert.equal(moved.status, 200, moved.text);
    assert.deepEqual(told(moved), [
      ['store', 'done'],
      ['move', 'done'],
    ]);
    const flagged = await ask('PATCH', at('/messages'), { ids: others, addKeywords: ['$flagged'] });
    assert.deepEqual(told(flagged), [['store', 'done']]);
    assert.deepEqual(await flags('INBOX'), [['\\Flagged'], ['\\Flagged']]);
    assert.deepEqual(await flags('Archive'), [['\\Seen']]);
    const gone = await ask('PATCH', at(`/messages/${one}`), { addKeywords: ['$flagged'] });
    assert.deepEqual([gone.status, gone.json['type']], [409, 'urn:mailyard:problem:message.gone']);
    assert.equal((await ask('PATCH', at('/messages/none'), { addKeywords: ['$flagged'] })).status, 404);
    await isLevel('INBOX', 'Archive');
  });

  it('refuses what changes nothing, contradicts itself or names no folder', async () => {
    await start(['One']);
    const [one = ''] = await ids('INBOX');
    for (const [body, pointer] of [
      [{}, ''],
      [{ addKeywords: ['$seen'], removeKeywords: ['$SEEN'] }, '/removeKeywords'],
      [{ mailbox: { role: 'important' } }, '/mailbox'],
      [{ mailbox: 'Archive' }, '/mailbox'],
      [{ folder: { path: 'Archive' }, addKeywords: ['$seen'] }, '/folder'],
    ] as const) {
      const answer = await ask('PATCH', at(`/messages/${one}`), body);
      assert.equal(answer.status, 422, JSON.stringify(body));
      assert.deepEqual(pointersOf(answer), [pointer], answer.text);
    }
    assert.deepEqual(await flags('INBOX'), [[]]);
  });

  it('writes a draft and a reply, each once', async () => {
    await start(['Question']);
    const [one = ''] = await ids('INBOX');
    const headers = { 'Idempotency-Key': 'draft-1' };
    const body = { to: [{ address: 'carol@example.net' }], subject: 'Minutes', text: 'Here they are.' };
    for (let i = 0; i < 2; i += 1) {
      assert.equal((await call('POST', at('/drafts'), { tenant, headers, body })).status, 200);
    }
    assert.equal((await flags('Drafts')).length, 1);
    const reply = await ask('POST', at('/drafts'), { inReplyTo: one, text: 'Thank you.' });
    assert.equal(reply.status, 200, reply.text);
    const [, second] = await oracle.listMessages(user, 'Drafts');
    const text = (await oracle.fetchText(user, 'Drafts', second?.uid ?? 0)) ?? '';
    assert.match(text, /^Subject: Re: Question$/m);
    await isLevel('Drafts');
  });

  it('makes, renames and deletes folders, and says why not', async () => {
    await start(['One']);
    const made = await ask('POST', at('/folders'), { path: 'Plans' });
    assert.equal(made.status, 200, made.text);
    const twice = await ask('POST', at('/folders'), { path: 'Plans' });
    assert.deepEqual([twice.status, twice.json['type']], [409, 'urn:mailyard:problem:folder.refused']);
    await checkUntilQuiet(yard, ref);
    const folders = listed(await ask('GET', at('/folders')), 'folders');
    const id = String(folders.find(({ path }) => String(path) === 'Plans')?.['id']);
    assert.equal((await ask('PATCH', at(`/folders/${id}`), { path: 'Ideas' })).status, 200);
    const [one = ''] = await ids('INBOX');
    await ask('PATCH', at(`/messages/${one}`), { mailbox: { path: 'Ideas' } });
    assert.equal((await ask('DELETE', at(`/folders/${id}`))).json['type'], 'urn:mailyard:problem:folder.refused');
    const destroyed = await ask('DELETE', at(`/folders/${id}`), undefined, 'destroy=true');
    assert.equal(destroyed.json['type'], 'urn:mailyard:problem:destroy.not-allowed');
    const [back = ''] = await ids('Ideas');
    await ask('PATCH', at(`/messages/${back}`), { mailbox: { role: 'inbox' } });
    assert.equal((await ask('DELETE', at(`/folders/${id}`))).status, 200);
    assert.equal((await oracle.folders(user)).includes('Ideas'), false);
  });

  it('destroys only where the account allows it', async () => {
    await start(['One', 'Two']);
    const [one = ''] = await ids('INBOX');
    assert.equal(
      (await ask('DELETE', at(`/messages/${one}`))).json['type'],
      'urn:mailyard:problem:destroy.not-allowed',
    );
    await start(['One', 'Two'], { allowDestroy: true });
    const [first = ''] = await ids('INBOX');
    assert.equal((await ask('DELETE', at(`/messages/${first}`))).status, 200);
    assert.equal((await flags('INBOX')).length, 1);
    await isLevel('INBOX');
  });

  const rule = {
    name: 'Bills',
    conditions: { subject: 'bill' },
    actions: [{ type: 'flag' }, { type: 'move', mailbox: { path: 'Bills' }, create: true }],
  };
  const activity = async () => entries(await ask('GET', at('/activity')));
  const entryOf = async (action: string): Promise<Entry> => {
    const entry = (await activity()).find((one) => one.action === action && one.state === 'done');
    assert.ok(entry, `a ${action} is told`);
    return entry;
  };

  it('undoes one entry, and once more to no harm', async () => {
    await start(['Old']);
    await yard.addRule(ref, rule);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'A bill' }));
    await checkUntilQuiet(yard, ref);
    assert.equal((await flags('Bills')).length, 1);
    const { id } = await entryOf('move');
    for (let i = 0; i < 2; i += 1) {
      const undone = await ask('POST', `/v1/activity/${id}/undo`);
      assert.equal(undone.status, 200, undone.text);
      assert.deepEqual(told(undone), [i === 0 ? ['move', 'done'] : ['move', 'already-so']]);
    }
    // Its flag stays: that is another entry.
    assert.deepEqual(await flags('INBOX'), [[], ['\\Flagged']]);
    await isLevel('INBOX', 'Bills');
    const store = await ask('POST', `/v1/activity/${(await entryOf('store')).id}/undo`);
    assert.deepEqual(told(store), [['store', 'done']]);
    assert.deepEqual(await flags('INBOX'), [[], []]);
    await isLevel('INBOX', 'Bills');
  });

  it('undoes a whole run: back to the former folder with the former flags', async () => {
    await start(['Old']);
    await yard.addRule(ref, rule);
    for (const subject of ['Bill 1', 'Bill 2']) await oracle.deliver(user, 'INBOX', letter({ subject }));
    await checkUntilQuiet(yard, ref);
    const { runId } = await entryOf('move');
    const undone = await ask('POST', at('/undo'), { runId });
    assert.deepEqual(told(undone), [
      ['store', 'done'],
      ['move', 'done'],
    ]);
    assert.deepEqual(await flags('INBOX'), [[], [], []]);
    assert.deepEqual(await flags('Bills'), []);
    await isLevel('INBOX', 'Bills');
  });

  it('undoes what a rule did of late, and leaves other rules’ work', async () => {
    await start(['Old']);
    const { id: ruleId } = await yard.addRule(ref, rule);
    await yard.addRule(ref, {
      name: 'News',
      conditions: { subject: 'news' },
      actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
    });
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Bill 1' }));
    await oracle.deliver(user, 'INBOX', letter({ subject: 'News' }));
    await checkUntilQuiet(yard, ref);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Bill 2' }));
    await checkUntilQuiet(yard, ref);
    assert.equal((await flags('Bills')).length, 3);
    const undone = await ask('POST', at('/undo'), { ruleId });
    assert.equal(undone.status, 200, undone.text);
    assert.deepEqual(await flags('INBOX'), [[], [], []]);
    assert.deepEqual(await flags('Bills'), [[]]);
    await isLevel('INBOX', 'Bills');
  });

  it('leaves alone what the person changed since, and says so', async () => {
    await start(['Old']);
    await yard.addRule(ref, rule);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'A bill' }));
    await checkUntilQuiet(yard, ref);
    const { id } = await entryOf('move');
    const [held] = await oracle.listMessages(user, 'Bills');
    await oracle.moveByAnotherClient(user, 'Bills', held?.uid ?? 0, 'Archive');
    const undone = await ask('POST', `/v1/activity/${id}/undo`);
    assert.deepEqual([undone.status, undone.json['type']], [409, 'urn:mailyard:problem:message.gone']);
    assert.equal((await flags('Archive')).length, 1);
    // By hand through the API is the person's own doing, too.
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Bill 2' }));
    await checkUntilQuiet(yard, ref);
    const second = await entryOf('move');
    const [filed = ''] = await ids('Bills');
    await ask('PATCH', at(`/messages/${filed}`), { mailbox: { role: 'archive' } });
    assert.equal((await ask('POST', `/v1/activity/${second.id}/undo`)).status, 409);
    assert.equal((await flags('Archive')).length, 2);
  });

  it('finds again what it moved, copied or drafted where a folder was renamed or numbered anew', async () => {
    await start(['Old']);
    await yard.addRule(ref, rule);
    for (const subject of ['Bill 1', 'Bill 2']) await oracle.deliver(user, 'INBOX', letter({ subject, id: subject }));
    await checkUntilQuiet(yard, ref);
    const { id } = await entryOf('move');
    // The person takes one of the two away: that one is left alone, and it is said.
    const [first] = await oracle.listMessages(user, 'Bills');
    await oracle.moveByAnotherClient(user, 'Bills', first?.uid ?? 0, 'Archive');
    await oracle.renameFolder(user, 'Bills', 'Paid');
    await checkUntilQuiet(yard, ref);
    const undone = await ask('POST', `/v1/activity/${id}/undo`);
    assert.deepEqual(told(undone), [
      ['move', 'message-gone'],
      ['move', 'done'],
    ]);
    assert.deepEqual([await flags('INBOX'), await flags('Paid')], [[[], ['\\Flagged']], []]);
    await isLevel('INBOX', 'Paid');

    await oracle.createFolder(user, 'Bills');
    for (const subject of ['Bill 3', 'Bill 4']) await oracle.deliver(user, 'INBOX', letter({ subject, id: subject }));
    await checkUntilQuiet(yard, ref);
    const second = await entryOf('move');
    await oracle.setUidValidity(user, 'Bills', 4_242);
    await checkUntilQuiet(yard, ref);
    const back = await ask('POST', `/v1/activity/${second.id}/undo`);
    assert.deepEqual(told(back), [['move', 'done']], back.text);
    assert.equal((await flags('INBOX')).length, 4);
    assert.deepEqual(await flags('Bills'), []);
    await isLevel('INBOX', 'Bills');
  });

  it('takes back a draft whose folder was numbered anew, and none that is not ours', async () => {
    await start(['Old']);
    await yard.addRule(ref, {
      name: 'Answer',
      conditions: { subject: 'well' },
      actions: [{ type: 'createDraft', text: 'Yes.' }],
    });
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Well?', from: 'carol@example.net' }));
    await checkUntilQuiet(yard, ref);
    const theirs = await oracle.deliver(user, 'Drafts', letter({ subject: 'Mine' }), ['\\Draft', '\\Seen']);
    await oracle.setUidValidity(user, 'Drafts', 4_243);
    await checkUntilQuiet(yard, ref);
    const undone = await ask('POST', `/v1/activity/${(await entryOf('draft')).id}/undo`);
    assert.deepEqual(told(undone), [['remove', 'done']], undone.text);
    assert.deepEqual(
      (await oracle.listMessages(user, 'Drafts')).map(({ uid }) => uid),
      [theirs],
    );
    const again = await ask('POST', `/v1/activity/${(await entryOf('draft')).id}/undo`);
    assert.deepEqual([again.status, again.json['type']], [409, 'urn:mailyard:problem:message.gone']);
  });

  it('another tenant’s activity is none', async () => {
    await start(['Old']);
    await yard.addRule(ref, rule);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'A bill' }));
    await checkUntilQuiet(yard, ref);
    const { id, runId } = await entryOf('move');
    assert.equal((await call('POST', `/v1/activity/${id}/undo`, { tenant: 'somebody-else' })).status, 404);
    const run = await call('POST', at('/undo'), { tenant: 'somebody-else', body: { runId } });
    assert.equal(run.status, 404);
    assert.equal((await flags('Bills')).length, 1);
  });
});
