import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMessageId, headerValues, type MessageKey, parseMessageId } from '../../shared/mail/message.ts';

const part = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'Z', '0', '_', '-'), minLength: 1, maxLength });
const number = fc.integer({ min: 1, max: 0xffffffff });

const key: fc.Arbitrary<MessageKey> = fc.record(
  { accountId: part(64), folderId: part(16), uidValidity: number, uid: number },
  { noNullPrototype: true },
);

test('a message id survives being written and read, and needs no escaping in a URL', () => {
  fc.assert(
    fc.property(key, (one) => {
      const id = formatMessageId(one);
      assert.match(id, /^[A-Za-z0-9_-]+$/);
      assert.deepEqual(parseMessageId(id), one);
    }),
  );
});

test('a text that is not exactly what we write is no id', () => {
  const id = formatMessageId({ accountId: 'a', folderId: 'f', uidValidity: 1, uid: 2 });
  for (const other of [
    '',
    'x',
    `${id}=`,
    `${id} `,
    id.slice(1),
    `${id}A`,
    '../..',
    Buffer.from('a.f.01.2').toString('base64url'),
  ]) {
    assert.equal(parseMessageId(other), undefined);
  }
});

test('any text is read without an error, and only our own form is taken', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const read = parseMessageId(text);
      if (read !== undefined) assert.equal(formatMessageId(read), text);
    }),
  );
});

test('the values of a header come in order, whatever the case of the name asked for', () => {
  const headers = [
    ['received', 'a'],
    ['subject', 'b'],
    ['received', 'c'],
  ] as const;
  assert.deepEqual(headerValues({ headers }, 'Received'), ['a', 'c']);
  assert.deepEqual(headerValues({ headers }, 'x'), []);
});
