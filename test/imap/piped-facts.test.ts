/** Our own reader of what rules need, beside imapflow's, over the same messages. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { fetchFacts } from '../../shared/imap/messages.ts';
import { type SessionOptions, withSession } from '../../shared/imap/session.ts';
import { uidSet } from '../../shared/mail/uid-set.ts';
import type { Needs } from '../../shared/rules/needs.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { dovecotOracle } from '../support/dovecot-oracle.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';

let server: Dovecot;
before(async () => {
  server = await startDovecot();
});
after(async () => {
  await server?.stop();
});

const lines = (...all: readonly string[]): string => [...all, '', 'Body (with) "quotes" {5}', ''].join('\r\n');
const SOURCES = [
  lines(
    'From: Ann <ann@example.org>',
    'Subject: plain',
    'Message-ID: <1@example.org>',
    'List-Id: One <one.example.org>',
  ),
  lines('From: =?utf-8?B?QW5uw6k=?= <ann@example.org>', 'Subject: =?utf-8?Q?caf=C3=A9?= {12}', 'To: a@x, "b, c" <b@x>'),
  lines('Subject: folded', '\tover (two) lines', 'Message-ID: <3@example.org>', 'Subject: twice'),
  lines('X-Nothing: of what is asked for'),
  '\r\nno header at all\r\n',
];

const sessionOf = (user: string): SessionOptions => ({
  server: { host: server.host, port: server.port, tls: 'implicit', user, ca: server.ca },
  credential: { kind: 'password', password: server.users[user] ?? '' },
  egress: LOOPBACK_ONLY,
  timeoutMs: 10_000,
});

const HEADERS = ['from', 'list-id', 'message-id', 'subject', 'to'];

it('reads the same of every message as imapflow does, and leaves the connection to it', async () => {
  const user = 'alice';
  const oracle = dovecotOracle(server);
  const flags = [['\\Seen'], ['\\Flagged', 'Todo', '$Forwarded'], [], ['\\Deleted'], ['k-2']];
  await oracle.deliverAll(
    user,
    'Archive',
    SOURCES.map((source, i) => ({ source, flags: flags[i] ?? [] })),
  );
  const { uidValidity } = await oracle.status(user, 'Archive');
  const asked = { path: 'Archive', uidValidity };
  await withSession(sessionOf(user), async (session) => {
    for (const headers of [HEADERS, 'none'] satisfies Needs['headers'][]) {
      const piped = await fetchFacts(session, asked, [[1, 9]], { headers, body: false, structure: false });
      // A structure is imapflow's to read, and all else with it.
      const read = await fetchFacts(session, asked, [[1, 9]], { headers, body: false, structure: true });
      assert.equal(piped?.length, SOURCES.length);
      assert.deepEqual(
        piped,
        read?.map(({ parts: _, ...one }) => one),
      );
    }
    const some = await fetchFacts(session, asked, uidSet([2, 5]), {
      headers: HEADERS,
      body: false,
      structure: false,
    });
    assert.deepEqual(
      some?.map(({ uid, keywords }) => [uid, keywords]),
      [
        [2, ['$flagged', '$forwarded', 'todo']],
        [5, ['k-2']],
      ],
    );
    const elsewhere = { ...asked, uidValidity: uidValidity + 1 };
    assert.equal(
      await fetchFacts(session, elsewhere, [[1, 9]], { headers: HEADERS, body: false, structure: false }),
      undefined,
    );
    const nowhere = { path: 'Nowhere', uidValidity };
    const ofNowhere = await fetchFacts(session, nowhere, [[1, 9]], { headers: HEADERS, body: false, structure: false });
    assert.equal(ofNowhere, undefined);
    assert.equal(session.client.usable, true);
  });
});

it('gives messages by UID, also where the server mixes the rows of two sets', async () => {
  const user = 'bob';
  const oracle = dovecotOracle(server);
  // Long headers, so that the line is full before the first set is through.
  const source = lines(`Subject: ${'x'.repeat(900)}`);
  await oracle.deliverAll(user, 'Archive', new Array(4_000).fill({ source }));
  const { uidValidity } = await oracle.status(user, 'Archive');
  const asked = { path: 'Archive', uidValidity };
  const odd = Array.from({ length: 2_000 }, (_, i) => 2 * i + 1);
  await withSession(sessionOf(user), async (session) => {
    for (let time = 0; time < 3; time += 1) {
      const needs = { headers: ['subject'], body: false, structure: false };
      const facts = await fetchFacts(session, asked, uidSet(odd), needs);
      assert.deepEqual(
        facts?.map(({ uid }) => uid),
        odd,
      );
    }
  });
});
