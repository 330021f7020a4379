/** Mail is searched by JMAP filters through the API: what is found is what looking at every message finds. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { keywordsOf } from '../../shared/mail/keyword.ts';
import type { MessageFacts } from '../../shared/mail/message.ts';
import { parseBodyText } from '../../shared/mail/parse-body.ts';
import { parseHeaders } from '../../shared/mail/parse-headers.ts';
import { matchesFilter } from '../../shared/rules/matches-filter.ts';
import { createList } from '../../shared/service/manage-lists.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Answered, assertProblem, type Json, listed, pointersOf } from '../api/api-under-test.ts';
import { sampleRule } from '../rules/samples.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver } from '../support/yard-api.ts';

const FOLDERS = ['Archive', 'Bills', 'INBOX', 'Lists/tc39'];
const WORDS = ['invoice', 'Rechnung', 'Ünal', 'minutes', 'reinvoice'];
const FLAGS = [[], ['\\Seen'], ['\\Flagged'], ['\\Seen', 'work'], ['work']];

describe('a search', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;
  let search: (body: unknown) => Promise<Answered>;
  /** In the order that a search tells them in. */
  const mail: MessageFacts[] = [];

  before(async () => {
    server = await startDovecot();
    oracle = dovecotOracle(server);
    yard = await startYard();
    for (const [f, folder] of FOLDERS.entries()) {
      if (folder !== 'INBOX' && folder !== 'Archive') {
        await server.doveadm(['mailbox', 'create', '-u', 'alice', folder]);
      }
      const letters = Array.from({ length: 12 }, (_, n) => {
        const subject = `${WORDS[(n + f) % WORDS.length]} ${n}`;
        const body = n % 3 === 0 ? 'the amount is due' : 'x'.repeat(n * 400);
        return {
          source: letter({ subject, body, from: `p${n % 4}@shop${f}.example` }),
          flags: FLAGS[(n * 3 + f) % FLAGS.length] ?? [],
        };
      });
      const uids = await oracle.deliverAll('alice', folder, letters);
      for (const [n, { source, flags }] of [...letters.entries()].toReversed()) {
        const bytes = Buffer.from(source);
        mail.push({
          mailbox: folder,
          uid: uids[n] as number,
          keywords: keywordsOf(flags),
          size: bytes.length,
          receivedAt: Date.now(),
          headers: parseHeaders(bytes),
          bodyText: await parseBodyText(bytes),
        });
      }
    }
    ref = await yard.addAccount(server, 'alice');
    await checkUntilQuiet(yard, ref);
    const call = apiOver(yard.deps);
    search = (body) => call('POST', `/v1/accounts/${ref.accountId}/messages/search`, { tenant: ref.tenant, body });
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const expected = (filter: object): string[] => {
    const { conditions } = sampleRule({ conditions: filter });
    const folders = FOLDERS.map((path) => ({
      path,
      delimiter: '/',
      selectable: true,
      ...(path === 'INBOX' ? { role: 'inbox' as const } : path === 'Archive' ? { role: 'archive' as const } : {}),
    }));
    const holds = matchesFilter(conditions, { accountId: 'a', folders, now: Date.now(), me: ['alice@example.com'] });
    return mail.filter(holds).map(placeOf);
  };
  const placeOf = ({ mailbox, uid }: MessageFacts): string => `${mailbox} ${uid}`;
  const shown = (row: Json): string => `${row['folder']} ${row['uid']}`;

  /** All pages, and how many there were. */
  const searchAll = async (
    filter: object,
    limit: number,
  ): Promise<{ readonly rows: Json[]; readonly pages: number }> => {
    const rows: Json[] = [];
    let cursor: unknown;
    for (let pages = 1; ; pages += 1) {
      const page = await search({ filter, limit, ...(cursor === undefined ? {} : { cursor }) });
      assert.equal(page.status, 200, page.text);
      assert.deepEqual(listed(page, 'notSearched'), []);
      assert.ok(listed(page, 'messages').length <= limit);
      rows.push(...listed(page, 'messages'));
      cursor = page.json['nextCursor'];
      if (cursor === undefined) return { rows, pages };
      assert.ok(pages < 100, 'no end of pages');
    }
  };

  it('finds what a look at every message finds, in pages of any size', async () => {
    const text = fc.constantFrom('invoice', 'INVOICE', 'ünal', 'minutes 1', 'shop2.example', 'p1@', 'due', 'nowhere');
    const where = fc.constantFrom({ role: 'inbox' }, { role: 'archive' }, { path: 'Bills' }, { path: 'Lists/tc39' });
    const leaf = fc.oneof(
      ...['from', 'subject', 'body', 'text'].map((name) => text.map((value) => ({ [name]: value }))),
      fc.constantFrom({ hasKeyword: '$seen' }, { notKeyword: '$seen' }, { hasKeyword: 'work' }, { minSize: 2_000 }),
      fc.constantFrom({ maxSize: 900 }, { after: '2020-01-01T00:00:00Z' }, { before: '2020-01-01T00:00:00Z' }),
      fc.record({ inMailbox: where }),
      fc.record({ inMailboxOtherThan: fc.array(where, { minLength: 1, maxLength: 2 }) }),
    );
    const tree = fc.oneof(
      { weight: 2, arbitrary: leaf },
      fc.record({
        operator: fc.constantFrom('AND', 'OR', 'NOT'),
        conditions: fc.array(leaf, { minLength: 1, maxLength: 3 }),
      }),
    );
    const counts = new Set<number>();
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom(1, 5, 200), async (filter, limit) => {
        const { rows } = await searchAll(filter, limit);
        assert.deepEqual(rows.map(shown), expected(filter));
        counts.add(rows.length);
      }),
      {
        numRuns: 30,
        examples: [
          [{}, 5],
          [{ operator: 'NOT', conditions: [{ from: 'p1@' }] }, 200],
        ],
      },
    );
    assert.ok(counts.size >= 5, `only ${counts.size} sizes of answers`);
  });

  it('tells what a person knows a message by, under the id that all routes take', async () => {
    const { rows } = await searchAll({ inMailbox: { path: 'Bills' }, subject: 'minutes' }, 1);
    const [first = assert.fail('nothing found')] = rows;
    const told = first['headers'] as unknown as readonly { readonly name: string; readonly value: string }[];
    const headers = Object.fromEntries(told.map(({ name, value }) => [name, value]));
    assert.match(headers['subject'] ?? '', /^minutes \d+$/);
    assert.deepEqual(Object.keys(headers).sort(), ['date', 'from', 'message-id', 'subject', 'to']);
    const call = apiOver(yard.deps);
    const path = `/v1/accounts/${ref.accountId}/messages/${first['id']}`;
    const read = await call('GET', path, { tenant: ref.tenant });
    assert.deepEqual([read.status, read.json['folder'], read.json['uid']], [200, 'Bills', first['uid']]);
  });

  it('sees mail that no check has seen yet, and changes nothing by looking', async () => {
    const before = await oracle.listMessages('alice', 'INBOX');
    const uid = await oracle.deliver('alice', 'INBOX', letter({ subject: 'quite new', body: 'fresh' }));
    const { rows } = await searchAll({ body: 'fresh' }, 50);
    assert.deepEqual(rows.map(shown), [`INBOX ${uid}`]);
    assert.deepEqual(await oracle.listMessages('alice', 'INBOX'), [...before, { uid, flags: [] }]);
  });

  it('knows the lists that its owner keeps', async () => {
    const filter = { inList: { list: 'shops' } };
    const missing = await search({ filter });
    assertProblem(missing, 'validation.failed', 422);
    assert.deepEqual(pointersOf(missing), ['/filter/inList/list']);
    await createList(yard.deps, { tenant: ref.tenant, name: 'shops', entries: ['p1@shop2.example'] });
    const { rows } = await searchAll(filter, 200);
    assert.deepEqual(rows.map(shown), expected({ from: 'p1@shop2.example' }));
    assert.equal(rows.length, 3);
  });

  it('says which folders could not be searched, and goes on with the others', async () => {
    await server.doveadm(['mailbox', 'delete', '-u', 'alice', 'Bills']);
    const answer = await search({ filter: { subject: 'Rechnung' }, limit: 200 });
    assert.deepEqual([answer.status, answer.json['notSearched']], [200, ['Bills']]);
    const folders = new Set(listed(answer, 'messages').map((row) => String(row['folder'])));
    assert.deepEqual([...folders], ['Archive', 'INBOX', 'Lists/tc39']);
  });

  it('names what is not right about a filter, and the way out', async () => {
    for (const [body, pointers] of [
      [{}, ['/filter']],
      [{ filter: { colour: 'red' } }, ['/filter/colour']],
      [{ filter: { operator: 'OR', conditions: [{ from: 'a' }, { minSize: -1 }] } }, ['/filter/conditions/1/minSize']],
      [{ filter: {}, limit: 0 }, ['/limit']],
      [{ filter: {}, limit: 201 }, ['/limit']],
      [{ filter: {}, sort: [] }, ['/sort']],
      [{ filter: { duplicate: true } }, ['/filter/duplicate']],
      [{ filter: { dmarc: 'pass' } }, ['/filter/dmarc']],
      [{ filter: {}, cursor: 'c2VhcmNoOng' }, ['cursor']],
      [{ filter: nested(9) }, ['/filter']],
    ] as const) {
      const answer = await search(body);
      assertProblem(answer, 'validation.failed', 422);
      assert.deepEqual(pointersOf(answer), pointers, answer.text);
    }
  });

  it('goes on only in the list that a cursor is of', async () => {
    const call = apiOver(yard.deps);
    const path = `/v1/accounts/${ref.accountId}/messages`;
    const page = await call('GET', path, { tenant: ref.tenant, query: 'folder=INBOX&limit=1' });
    const cursor = page.json['nextCursor'];
    assert.equal(typeof cursor, 'string');
    assertProblem(await search({ filter: {}, cursor }), 'validation.failed', 422);
  });
});

const nested = (depth: number): object =>
  depth === 0 ? { from: 'a' } : { operator: 'AND', conditions: [nested(depth - 1)] };
