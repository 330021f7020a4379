import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import type { HeaderField } from '../../shared/mail/message.ts';
import { replySubject, replyTo, threadHeaders } from '../../shared/rules/reply-headers.ts';

const SUBJECTS: readonly (readonly [string, string])[] = [
  ['Offer', 'Re: Offer'],
  ['', 'Re:'],
  ['Re: Offer', 'Re: Offer'],
  ['RE:Offer', 'Re: Offer'],
  ['Re: AW: Sv : Offer', 'Re: Offer'],
  ['Re[2]: Offer', 'Re: Offer'],
  ['Antw: Offer', 'Re: Offer'],
  ['回复：报价', 'Re: 报价'],
  ['Recall: Offer', 'Re: Recall: Offer'],
  ['Fwd: Re: Offer', 'Re: Fwd: Re: Offer'],
  ['[list] Re: Offer', 'Re: [list] Re: Offer'],
];

for (const [subject, reply] of SUBJECTS) {
  test(`a reply to "${subject}" is called "${reply}"`, () => assert.equal(replySubject(subject), reply));
}

test('a very long run of prefixes is read in no time', () => {
  assert.equal(replySubject(`${'Re: '.repeat(16_000)}x`), 'Re: x');
  assert.equal(replySubject(' '.repeat(60_000)).trim(), 'Re:');
});

const to = (...headers: HeaderField[]) => replyTo({ headers });

test('Reply-To is answered before From', () => {
  assert.deepEqual(to(['from', 'Ann <a@example.com>']), [{ name: 'Ann', address: 'a@example.com' }]);
  assert.deepEqual(to(['from', 'Ann <a@example.com>'], ['reply-to', 'x@example.com, Y <y@example.com>']), [
    { address: 'x@example.com' },
    { name: 'Y', address: 'y@example.com' },
  ]);
});

test('a Reply-To without an address does not hide From', () => {
  assert.deepEqual(to(['reply-to', 'nobody'], ['from', 'a@example.com']), [{ address: 'a@example.com' }]);
});

test('of several From fields the first counts, as for the reader', () => {
  assert.deepEqual(to(['from', 'a@example.com'], ['from', 'b@example.com']), [{ address: 'a@example.com' }]);
});

test('what no message may be written to is left out', () => {
  assert.deepEqual(to(['from', 'undisclosed-recipients:;']), []);
  assert.deepEqual(to(['from', 'a@b@c, @x, x@, =?utf-8?Q?a?=@example.com']), []);
  assert.equal(to(['from', Array(200).fill('a@example.com').join(',')]).length, LIMITS.draftRecipientsMax);
});

test('References are the parent’s and its Message-ID (RFC 5322 section 3.6.4)', () => {
  assert.deepEqual(
    threadHeaders({
      headers: [
        ['message-id', '<3@x>'],
        ['references', '<1@x> (c) <2@x>'],
      ],
    }),
    { inReplyTo: '<3@x>', references: ['<1@x>', '<2@x>', '<3@x>'] },
  );
});

test('without References one In-Reply-To takes their place, several do not', () => {
  const thread = (inReplyTo: string) =>
    threadHeaders({
      headers: [
        ['message-id', '<3@x>'],
        ['in-reply-to', inReplyTo],
      ],
    }).references;
  assert.deepEqual(thread('<2@x>'), ['<2@x>', '<3@x>']);
  assert.deepEqual(thread('<1@x> <2@x>'), ['<3@x>']);
});

test('without a usable Message-ID there is no thread', () => {
  for (const id of ['', 'none', '<a b@x>', '<ü@x>', `<${'x'.repeat(300)}@x>`]) {
    assert.deepEqual(
      threadHeaders({
        headers: [
          ['message-id', id],
          ['references', '<1@x>'],
        ],
      }),
      {},
    );
  }
});

test('long References keep the first and the last', () => {
  const references = Array.from({ length: 1_000 }, (_, n) => `<${n}@x>`).join(' ');
  const kept =
    threadHeaders({
      headers: [
        ['message-id', '<me@x>'],
        ['references', references],
      ],
    }).references ?? [];
  assert.equal(kept.length, LIMITS.referencesMax);
  assert.deepEqual([kept[0], kept.at(-2), kept.at(-1)], ['<0@x>', '<999@x>', '<me@x>']);
});
