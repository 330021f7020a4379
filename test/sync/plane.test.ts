import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../shared/errors.ts';
import { BitReader, BitWriter, riceBits } from '../../shared/sync/bits.ts';
import { readPlane, writePlane } from '../../shared/sync/plane.ts';

const lengthOf = (runs: readonly number[]): number => runs.reduce((sum, run) => sum + run, 0);
const onesOf = (runs: readonly number[]): number => lengthOf(runs.filter((_, i) => i % 2 === 1));

const encoded = (runs: readonly number[]): Uint8Array => {
  const writer = new BitWriter();
  writePlane(writer, runs, lengthOf(runs));
  return writer.bytes();
};

const runLength = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40_000_000 }) },
);
const planes = fc
  .tuple(fc.constantFrom(0, 1, 90_000), fc.array(runLength, { minLength: 1, maxLength: 60 }))
  .map(([first, rest]) => [first, ...rest]);

test('a plane comes back as it was written, whatever form it took', () => {
  fc.assert(
    fc.property(planes, (runs) => {
      const reader = new BitReader(encoded(runs));
      assert.deepEqual(readPlane(reader, lengthOf(runs), onesOf(runs)), runs);
      assert.ok(reader.atEnd);
    }),
    { numRuns: 500 },
  );
});

test('Rice codes take as many bits as is said, up to the largest value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 31 }), (value, k) => {
      const writer = new BitWriter();
      writer.rice(value, k);
      assert.equal(writer.bytes().length, Math.ceil(riceBits(value, k) / 8));
      assert.equal(new BitReader(writer.bytes()).rice(k), value);
    }),
  );
});

test('each form is taken where it is the shortest', () => {
  const forms = {
    raw: [1, 2, 2, 1, 3, 1, 1, 2, 1, 1, 2, 3, 1, 2],
    ones: [100, 1, 220, 1, 130, 1, 90],
    zeros: [0, 100, 1, 220, 1, 130, 1, 90],
    runs: [30, 25, 33, 28, 31, 26, 29, 27],
  };
  const taken = Object.entries(forms).map(([form, runs]) => [form, (encoded(runs)[0] ?? 0) & 7]);
  assert.deepEqual(taken, [
    ['raw', 0],
    ['ones', 1],
    ['zeros', 2],
    ['runs', 3],
  ]);
});

test('one far outlier costs a few bytes', () => {
  assert.ok(encoded([0, ...Array.from({ length: 99 }, (_, i) => (i === 50 ? 1_000_000_000 : 1))]).length < 40);
});

test('more ones than are allowed are refused', () => {
  assert.throws(
    () => readPlane(new BitReader(encoded([0, 1_000_000])), 1_000_000, 16_384),
    (error) => isMailyardError(error, 'segment.corrupt'),
  );
});

test('gaps and runs that lead past the end are refused', () => {
  for (const [form, runs, length] of [
    [1, [100, 1, 220, 1], 200],
    [3, [30, 25, 33, 28, 31, 26], 170],
  ] as const) {
    const bytes = encoded(runs);
    assert.equal((bytes[0] ?? 0) & 7, form);
    assert.throws(
      () => readPlane(new BitReader(bytes), length, length),
      (error) => isMailyardError(error, 'segment.corrupt'),
    );
  }
});

test('a number of any width is refused when it is too large', () => {
  const writer = new BitWriter();
  writer.run(1, 16 + 2_000);
  writer.run(0, 2_048);
  assert.throws(
    () => new BitReader(writer.bytes()).rice(0),
    (error) => isMailyardError(error, 'segment.corrupt'),
  );
});
