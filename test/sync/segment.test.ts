import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { withoutUids } from '../../shared/mail/uid-set.ts';
import { BitWriter } from '../../shared/sync/bits.ts';
import {
  keywordsAt,
  listedUids,
  type MessageList,
  messageListOf,
  rowsOf,
  withMessages,
  withoutMessages,
} from '../../shared/sync/message-list.ts';
import { writePlane } from '../../shared/sync/plane.ts';
import { decodeSegment, encodeSegment } from '../../shared/sync/segment.ts';
import { modelOf, rows } from './arbitraries.ts';

const encoded = (start: number, list: MessageList): Uint8Array => {
  const bytes = encodeSegment(start, list);
  assert.ok(bytes);
  return bytes;
};

/** Decodes or throws segment.corrupt; anything else fails the test. */
const decodedOrCorrupt = (start: number, bytes: Uint8Array): MessageList | undefined => {
  try {
    return decodeSegment(start, bytes);
  } catch (error) {
    assert.ok(isMailyardError(error, 'segment.corrupt'), String(error));
    return undefined;
  }
};

const assertSound = (list: MessageList): void => {
  assert.ok(list.uids.length <= LIMITS.segmentMessagesMax);
  assert.deepEqual(
    [...list.uids],
    [...new Set(list.uids)].sort((a, b) => a - b),
  );
  for (const uid of list.uids.slice(0, 100)) assert.ok(keywordsAt(list, uid));
};

test('what is encoded is decoded, from any start at or below the first UID', () => {
  fc.assert(
    fc.property(rows, fc.nat(200), (drawn, below) => {
      const list = messageListOf(drawn);
      const start = Math.max(1, (list.uids[0] ?? 1) - below);
      assert.deepEqual(modelOf(rowsOf(decodeSegment(start, encoded(start, list)))), modelOf(drawn));
    }),
    { numRuns: 300 },
  );
});

test('the same messages give the same bytes, however the list came about', () => {
  fc.assert(
    fc.property(rows, rows, (drawn, others) => {
      const direct = messageListOf(drawn);
      const roundabout = withoutMessages(
        withMessages(messageListOf(others), direct),
        withoutUids(listedUids(messageListOf(others)), listedUids(direct)),
      );
      assert.deepEqual(encoded(1, roundabout), encoded(1, direct));
      assert.deepEqual(encoded(1, decodeSegment(1, encoded(1, direct))), encoded(1, direct));
    }),
  );
});

test('a range without messages is one byte', () => {
  assert.deepEqual([...encoded(77, messageListOf([]))], [1]);
});

test('a full plane of messages and keywords is a few bytes', () => {
  const seen = messageListOf(Array.from({ length: 10_000 }, (_, i) => ({ uid: i + 1, keywords: ['$seen'] })));
  assert.ok(encoded(1, seen).length < 20);
});

test('any bytes decode to sound messages or are called corrupt', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 0xffffffff }), (bytes, start) => {
      for (const given of [bytes, Uint8Array.of(1, ...bytes), Uint8Array.of(1, 0, ...bytes)]) {
        const list = decodedOrCorrupt(start, given);
        if (list !== undefined) assertSound(list);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('damaged bytes decode to sound messages or are called corrupt', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(rows, damage, fc.nat(), (drawn, changes, cut) => {
      const bytes = encoded(1, messageListOf(drawn));
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      for (const given of [bytes, bytes.subarray(0, cut % bytes.length), Uint8Array.of(...bytes, cut & 255)]) {
        const list = decodedOrCorrupt(1, given);
        if (list !== undefined) assertSound(list);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a few bytes cannot claim messages or keywords without bound', () => {
  const claim = (messages: number, keywordCount: number): Uint8Array => {
    const writer = new BitWriter();
    writer.bits(1, 8);
    writer.varint(0);
    writer.varint(messages);
    writePlane(writer, [0, messages], messages);
    for (let i = 0; i < keywordCount; i += 1) {
      writer.bits(1, 8);
      writer.bits(0, 8);
      writer.varint(3);
      for (const byte of Buffer.from(`k${i.toString(36).padStart(2, '0')}`)) writer.bits(byte, 8);
      writePlane(writer, [0, messages], messages);
    }
    return writer.bytes();
  };
  const most = LIMITS.segmentMessagesMax;
  const keywordsMost = LIMITS.segmentCellsMax / most;
  assert.equal(decodedOrCorrupt(1, claim(most, keywordsMost))?.uids.length, most);
  assert.equal(decodedOrCorrupt(1, claim(most, keywordsMost + 1)), undefined);
  assert.equal(decodedOrCorrupt(1, claim(most + 1, 0)), undefined);
  assert.equal(decodedOrCorrupt(1, claim(4_000_000_000, 0)), undefined);
});

test('more messages than one segment may hold are not encoded', () => {
  const rowsOver = Array.from({ length: LIMITS.segmentMessagesMax + 1 }, (_, i) => ({ uid: i + 1, keywords: [] }));
  assert.equal(encodeSegment(1, messageListOf(rowsOver)), undefined);
});

test('bytes that another version, kind, code or order would need are corrupt', () => {
  const seen = [...encoded(1, messageListOf([{ uid: 1, keywords: ['$seen'] }]))];
  const plane = seen.slice(-4);
  assert.deepEqual(plane.slice(0, 2), [1, 1]);
  const named = (name: string) => [1, 0, Buffer.byteLength(name), ...Buffer.from(name), ...plane.slice(2)];
  const bad = {
    empty: [],
    version: [2],
    kind: [...seen.slice(0, -4), 9, ...plane.slice(1)],
    code: [...seen.slice(0, -4), 1, 250, ...plane.slice(2)],
    repeated: [...seen, ...plane],
    unordered: [...seen, ...named('!first')],
    spelt: [...seen, ...named('$seen')],
    blank: [...seen, ...named('a b')],
    nameless: [...seen, ...named('')],
    malformed: [...seen, 1, 0, 1, 0xff, ...plane.slice(2)],
    cut: seen.slice(0, -1),
    padded: [...seen, 0],
    untidy: [...seen.slice(0, -1), (seen.at(-1) ?? 0) | 1],
  };
  for (const [why, bytes] of Object.entries(bad)) {
    assert.equal(decodedOrCorrupt(1, Uint8Array.from(bytes)), undefined, why);
  }
  assert.ok(decodedOrCorrupt(1, Uint8Array.from([...seen, ...named('work')])));
});
