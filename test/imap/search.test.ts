/** What imapflow sends of a search finds what the search says, as written out by ourselves. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openRawImap, type RawImap } from '../../bench/raw-imap.ts';
import { searchFolder, searchTrust } from '../../shared/imap/search.ts';
import { withSession } from '../../shared/imap/session.ts';
import { UID_MAX } from '../../shared/mail/uid-set.ts';
import { formatSearch } from '../../shared/rules/format-search.ts';
import type { Search } from '../../shared/rules/search.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';

let server: Dovecot;
let raw: RawImap;
before(async () => {
  server = await startDovecot();
  const words = ['invoice', 'minutes', 'hello', 'in\\voice'];
  const flags = [[], ['\\Seen'], ['\\Flagged', 'work'], ['\\Seen', 'invoice']];
  const letters = Array.from({ length: 60 }, (_, n) => ({
    source: letter({
      subject: `${words[n % 4]} ${n}`,
      from: `p${n % 3}@example.org`,
      body: 'x'.repeat((n % 5) * 100),
      headers: n % 2 === 0 ? ['X-Test: yes'] : [],
    }),
    flags: flags[(n * 7) % 4] ?? [],
  }));
  await dovecotOracle(server).deliverAll('alice', 'INBOX', letters);
  raw = await openRawImap({ port: server.port, ca: server.ca });
  await raw.send('LOGIN alice alice-password');
  await raw.send('EXAMINE INBOX');
});
after(async () => {
  raw?.close();
  await server?.stop();
});

const keyword: fc.Arbitrary<Search> = fc.record({
  keyword: fc.constantFrom('$seen', '$flagged', '$answered', '$draft', '$deleted', 'work', 'invoice'),
});
const term: fc.Arbitrary<Search> = fc.oneof(
  keyword,
  fc.record({ larger: fc.constantFrom(0, 250, 400, 600) }),
  fc.record({ smaller: fc.constantFrom(0, 1, 300, 500) }),
  fc.record({ since: fc.constantFrom('2020-01-01', '2099-01-01') }),
  fc.record({ before: fc.constantFrom('2020-01-01', '2099-01-01') }),
  fc.record({ header: fc.constant('x-test') }),
  fc.record({
    header: fc.constantFrom('subject', 'from'),
    contains: fc.constantFrom('invoice', 'p1', '\\', '1', 'INVOICE', 'p'),
  }),
);
const searches = fc.letrec<{ search: Search; keywords: Search }>((tie) => ({
  search: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    term,
    fc.record({ all: fc.array(tie('search'), { minLength: 1, maxLength: 4 }) }),
    fc.record({ any: fc.array(tie('search'), { maxLength: 4 }) }),
    fc.record({ not: tie('keywords') }),
  ),
  // Dovecot 2.3 merges sizes and dates under NOT wrongly, so that none are asked for there.
  keywords: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    keyword,
    fc.record({ all: fc.array(tie('keywords'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('keywords'), { maxLength: 3 }) }),
    fc.record({ not: tie('keywords') }),
  ),
})).search;

test('every search finds the same as the words of RFC 9051 for it, the newest first, below a UID', async () => {
  const sizes = new Set<number>();
  await asAlice(async (session, folder) => {
    assert.deepEqual(await searchTrust(session), { texts: true, sizes: true });
    await fc.assert(
      fc.asyncProperty(searches, fc.constantFrom(UID_MAX + 1, 31, 2, 1), async (search, below) => {
        const answer = await raw.ask(`UID SEARCH ${formatSearch(search)}`);
        const line = /^\* SEARCH([ \d]*)\r$/m.exec(answer)?.[1]?.trim() ?? assert.fail(answer);
        const wanted = line === '' ? [] : line.split(' ').map(Number);
        const found = await searchFolder(session, folder, formatSearch(search), below);
        assert.deepEqual(
          found,
          wanted.filter((uid) => uid < below).sort((a, b) => b - a),
          formatSearch(search),
        );
        sizes.add(found.length);
      }),
      { numRuns: 400 },
    );
  });
  assert.ok(sizes.size > 10, `only ${sizes.size} sizes of answers`);
});

test('a folder made anew, or gone, is not searched', async () => {
  await asAlice(async (session, folder) => {
    assert.equal((await searchFolder(session, folder, '', UID_MAX + 1))?.length, 60);
    assert.equal(await searchFolder(session, { ...folder, uidValidity: folder.uidValidity + 1 }, '', 9), undefined);
    assert.equal(await searchFolder(session, { ...folder, path: 'Nowhere' }, '', 9), undefined);
  });
});

const asAlice = async (
  act: (
    session: Parameters<Parameters<typeof withSession>[1]>[0],
    folder: { readonly path: string; readonly uidValidity: number },
  ) => Promise<void>,
): Promise<void> => {
  const { host, port, ca } = server;
  await withSession(
    {
      server: { host, port, tls: 'implicit', user: 'alice', ca },
      credential: { kind: 'password', password: 'alice-password' },
      egress: LOOPBACK_ONLY,
      timeoutMs: 100_000,
    },
    async (session) => {
      const { uidValidity } = await session.client.mailboxOpen('INBOX', { readOnly: true });
      await act(session, { path: 'INBOX', uidValidity: Number(uidValidity) });
    },
  );
};
