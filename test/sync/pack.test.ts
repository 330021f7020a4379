import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { type MessageList, messageListOf, rowsOf, sliceMessages } from '../../shared/sync/message-list.ts';
import {
  type PackOptions,
  packSegments,
  type Segment,
  unpackSegments,
  updateSegments,
} from '../../shared/sync/pack.ts';
import { decodeSegment, encodeSegment } from '../../shared/sync/segment.ts';
import { modelOf } from './arbitraries.ts';

const real: PackOptions = {
  segmentBytesMax: LIMITS.segmentItemBytesMax,
  fillShare: LIMITS.segmentFillShare,
  overheadBytes: 100,
};

type Model = Map<number, readonly string[]>;
const listOf = (model: Model): MessageList => messageListOf([...model].map(([uid, keywords]) => ({ uid, keywords })));
const sameWords = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  String(a) === String(b);

/** Small numbers from one seed, the same each time. */
const random = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** What other clients do to a folder: each step takes the folder on to its next state. */
const STEPS = {
  append: (model: Model, next: () => number, size: number): void => {
    let uid = Math.max(0, ...model.keys());
    for (let i = 0; i < size * 4; i += 1) {
      uid += next() < 0.1 ? Math.ceil(next() * 50) : 1;
      model.set(uid, next() < 0.7 ? ['$seen'] : []);
    }
  },
  flag: (model: Model, next: () => number, size: number): void => {
    const uids = [...model.keys()];
    for (let i = 0; i < size; i += 1) {
      const uid = uids[Math.floor(next() * uids.length)];
      if (uid !== undefined) model.set(uid, [...new Set([...(model.get(uid) ?? []), '$flagged'])].sort());
    }
  },
  unflag: (model: Model, next: () => number): void => {
    for (const [uid, words] of model)
      if (next() < 0.3)
        model.set(
          uid,
          words.filter((word) => word !== '$flagged'),
        );
  },
  expungeSome: (model: Model, next: () => number, size: number): void => {
    for (const uid of [...model.keys()]) if (next() < size / 200) model.delete(uid);
  },
  expungeRange: (model: Model, next: () => number): void => {
    const uids = [...model.keys()];
    const from = Math.floor(next() * uids.length);
    for (const uid of uids.slice(from, from + uids.length * next())) model.delete(uid);
  },
  keywordComes: (model: Model, next: () => number, size: number): void => {
    const name = `project-${Math.floor(next() * 4)}`;
    for (const [uid, words] of model) {
      if (next() < size / 100) model.set(uid, [...new Set([...words, name])].sort());
    }
  },
  keywordGoes: (model: Model, next: () => number): void => {
    const name = `project-${Math.floor(next() * 4)}`;
    for (const [uid, words] of model)
      model.set(
        uid,
        words.filter((word) => word !== name),
      );
  },
  manyKeywords: (model: Model, next: () => number): void => {
    const uid = [...model.keys()][Math.floor(next() * model.size)];
    if (uid !== undefined)
      model.set(
        uid,
        Array.from({ length: 60 }, (_, i) => `keyword-number-${i + 100}`),
      );
  },
  nothing: (): void => undefined,
};
const histories = fc.array(
  fc.record({
    step: fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])),
    seed: fc.integer(),
    size: fc.integer({ min: 1, max: 100 }),
  }),
  { minLength: 1, maxLength: 15 },
);
const options = fc.constantFrom<PackOptions>(
  real,
  { segmentBytesMax: 140, fillShare: 0.85, overheadBytes: 60 },
  { segmentBytesMax: 300, fillShare: 0.6, overheadBytes: 100 },
);

/** A segment is within its item unless it holds one message alone. */
const assertFits = ({ start, bytes }: Segment, { segmentBytesMax, overheadBytes }: PackOptions): void => {
  if (bytes.length + overheadBytes > segmentBytesMax) assert.equal(decodeSegment(start, bytes).uids.length, 1);
};

const apply = (segments: readonly Segment[], write: readonly Segment[], remove: readonly number[]): Segment[] => {
  const byStart = new Map(segments.map(({ start, bytes }) => [start, { start, bytes }]));
  for (const { start, bytes } of write) byStart.set(start, { start, bytes });
  for (const start of remove) byStart.delete(start);
  return [...byStart.values()].sort((a, b) => a.start - b.start);
};

test('through any history the segments hold what a map holds, fit their items, and only touched ones are written', () => {
  fc.assert(
    fc.property(histories, options, (history, packing) => {
      const model: Model = new Map();
      let segments: Segment[] = [];
      for (const { step, seed, size } of history) {
        const before = new Map(model);
        STEPS[step](model, random(seed), size);
        const { write, remove, unchanged } = updateSegments(segments, listOf(model), packing);
        const after = apply(segments, write, remove);

        assert.deepEqual(modelOf(rowsOf(unpackSegments(after))), modelOf(rowsOf(listOf(model))));
        for (const segment of after) assertFits(segment, packing);
        const touched = [...new Set([...before.keys(), ...model.keys()])].filter(
          (uid) => !sameWords(before.get(uid), model.get(uid)),
        );
        const held = new Map(segments.map(({ start }, i) => [start, segments[i + 1]?.start ?? 2 ** 32]));
        for (const start of [...write.filter(({ isNew }) => !isNew).map((each) => each.start), ...remove]) {
          assert.ok(
            touched.some((uid) => uid >= start && uid < (held.get(start) ?? 0)),
            `${start} was not touched`,
          );
        }
        assert.ok(write.every(({ start, isNew }) => isNew !== held.has(start)));
        assert.equal(unchanged.length + write.length, after.length);
        segments = after;
      }
    }),
    { numRuns: 150 },
  );
});

test('an update broken off anywhere loses no message that stays and invents none', () => {
  const oneUpdate = fc.tuple(histories, fc.constantFrom(...Object.values(STEPS)), fc.integer(), fc.integer(), options);
  fc.assert(
    fc.property(oneUpdate, ([history, last, seed, breaking, packing]) => {
      const model: Model = new Map();
      for (const { step, seed: each, size } of history) STEPS[step](model, random(each), size);
      const segments = packSegments(listOf(model), packing);
      const before = new Map(model);
      last(model, random(seed), 60);
      const { write, remove } = updateSegments(segments, listOf(model), packing);

      const next = random(breaking);
      const phase = Math.floor(next() * 3);
      const done = write.filter(
        ({ isNew }) => (isNew ? phase > 0 : phase > 1) || (isNew === (phase === 0) && next() < 0.5),
      );
      const removed = phase === 2 ? remove.filter(() => next() < 0.5) : [];
      const found = modelOf(rowsOf(unpackSegments(apply(segments, done, removed))));
      for (const uid of before.keys()) if (model.has(uid)) assert.ok(found.has(uid), `${uid} is lost`);
      for (const [uid, words] of found) {
        assert.ok(before.has(uid) || model.has(uid), `${uid} is invented`);
        assert.ok([before, model].some((state) => state.has(uid) && sameWords(state.get(uid), words)));
      }
    }),
    { numRuns: 150 },
  );
});

const folder = (count: number, seed: number): Model => {
  const next = random(seed);
  const words = () => [next() < 0.1 ? '$answered' : '', next() < 0.05 ? '$flagged' : '', next() < 0.8 ? '$seen' : ''];
  return new Map(Array.from({ length: count }, (_, i) => [i + 1, words().filter((word) => word !== '')]));
};
const room = real.segmentBytesMax - real.overheadBytes;

test('packing fills to the share, and the last segment takes what is left', () => {
  const segments = packSegments(listOf(folder(30_000, 1)), real);
  for (const { bytes } of segments.slice(0, -1)) {
    assert.ok(bytes.length <= room * 0.85 && bytes.length > room * 0.84, `${bytes.length}`);
  }
  assert.equal(segments[0]?.start, 1);
});

test('one flag changed writes one segment; nothing changed writes none', () => {
  const model = folder(30_000, 2);
  const segments = packSegments(listOf(model), real);
  assert.equal(updateSegments(segments, listOf(model), real).write.length, 0);
  model.set(15_000, ['$draft']);
  const { write, remove } = updateSegments(segments, listOf(model), real);
  assert.deepEqual([write.length, write[0]?.isNew, remove.length], [1, false, 0]);
});

test('arrivals one by one write one segment each, and fill as packing would', () => {
  const model = folder(12_000, 3);
  const packed = packSegments(listOf(model), real);
  let segments: Segment[] = [];
  let writes = 0;
  for (let held = 0; held < 12_000; held += 40) {
    const { write, remove } = updateSegments(segments, listOf(new Map([...model].slice(0, held + 40))), real);
    segments = apply(segments, write, remove);
    writes += write.length;
  }
  assert.ok(writes <= 300 + packed.length, `${writes} writes`);
  assert.ok(segments.length <= packed.length + 1, `${segments.length} segments where packing makes ${packed.length}`);
});

test('a segment that outgrows its item becomes two of the same size', () => {
  const model = folder(30_000, 4);
  const segments = packSegments(listOf(model), real);
  const [first, second] = segments;
  assert.ok(first && second);
  const next = random(5);
  for (let uid = 1; uid < second.start; uid += 1) if (next() < 0.25) model.set(uid, ['$forwarded']);
  const { write, remove } = updateSegments(segments, listOf(model), real);
  assert.deepEqual([write.map(({ isNew }) => isNew), remove], [[true, false], []]);
  const [upper, lower] = write.map(({ bytes }) => bytes.length);
  assert.ok(upper && lower && upper / lower > 0.8 && upper / lower < 1.25);
});

test('emptied segments are removed and their neighbours left alone; a folder without messages has none', () => {
  const model = folder(30_000, 6);
  const segments = packSegments(listOf(model), real);
  const [first, second, third, fourth] = segments;
  assert.ok(first && second && third && fourth);
  for (let uid = 1; uid < second.start; uid += 1) model.delete(uid);
  for (let uid = third.start; uid < fourth.start; uid += 1) model.delete(uid);
  const { write, remove } = updateSegments(segments, listOf(model), real);
  assert.deepEqual([write, remove], [[], [1, third.start]]);
  assert.deepEqual(updateSegments(segments, listOf(new Map()), real), {
    write: [],
    remove: segments.map(({ start }) => start),
    unchanged: [],
  });
  assert.deepEqual(packSegments(listOf(new Map()), real), []);
});

test('a folder cleaned out step by step does not stay in many small segments', () => {
  const model = folder(30_000, 7);
  let segments = packSegments(listOf(model), real);
  const next = random(8);
  const atFirst = segments.length;
  for (let step = 0; step < 10; step += 1) {
    for (const uid of [...model.keys()]) if (next() < 0.5) model.delete(uid);
    const { write, remove } = updateSegments(segments, listOf(model), real);
    segments = apply(segments, write, remove);
  }
  assert.ok(segments.length <= atFirst / 4, `${segments.length} of ${atFirst}`);
});

/** Segments at the given starts, however small. */
const cutAt = (model: Model, starts: readonly number[]): Segment[] =>
  starts.map((start, i) => {
    const messages = sliceMessages(listOf(model), start, (starts[i + 1] ?? 2 ** 32) - 1);
    return { start, bytes: encodeSegment(start, messages) ?? new Uint8Array() };
  });

test('small neighbours are joined only when both are written anyway', () => {
  const model = folder(600, 12);
  const segments = cutAt(model, [1, 200, 400]);
  model.set(250, ['$draft']);
  const one = updateSegments(segments, listOf(model), real);
  assert.deepEqual([one.write.map(({ start }) => start), one.remove], [[200], []]);
  model.set(450, ['$draft']);
  const two = updateSegments(segments, listOf(model), real);
  assert.deepEqual([two.write.map(({ start }) => start), two.remove, two.unchanged], [[200], [400], [1]]);
});

test('neighbours that would soon be split again are not joined', () => {
  const model = folder(6_000, 13);
  const start = (packSegments(listOf(model), real)[1]?.start ?? 0) * 0.35;
  const starts = [1, Math.floor(start), Math.floor(start * 2)];
  const segments = cutAt(new Map([...model].slice(0, Math.floor(start * 3))), starts);
  const next = new Map([...model].slice(0, Math.floor(start * 3)));
  for (const at of starts) next.set(at + 10, ['$draft']);
  assert.deepEqual(
    updateSegments(segments, listOf(next), real).write.map((each) => each.start),
    starts,
  );
});

test('a last segment half full takes of many arrivals what it can before another begins', () => {
  const model = folder(12_000, 14);
  const small = packSegments(listOf(new Map([...model].slice(0, 1_000))), real);
  const { write } = updateSegments(small, listOf(model), real);
  const lengths = write.map(({ bytes }) => bytes.length);
  assert.equal(write.find(({ isNew }) => !isNew)?.start, 1);
  assert.equal(lengths.filter((length) => length < room * 0.84).length, 1);
});

test('of a UID in two segments, as a write broken off leaves it, the later segment tells', () => {
  const old = cutAt(
    new Map([
      [1, []],
      [5, ['$seen']],
    ]),
    [1],
  );
  const upper = cutAt(new Map([[5, ['$flagged']]]), [5]);
  assert.deepEqual(
    modelOf(rowsOf(unpackSegments([...upper, ...old]))),
    new Map([
      [1, []],
      [5, ['$flagged']],
    ]),
  );
});

test('a message with more keywords than an item holds gets a segment of its own', () => {
  const model = folder(300, 9);
  model.set(
    150,
    Array.from({ length: 100 }, (_, i) => `a-rather-long-keyword-${i + 100}`),
  );
  for (const segments of [
    packSegments(listOf(model), real),
    apply(
      packSegments(listOf(folder(300, 9)), real),
      updateSegments(packSegments(listOf(folder(300, 9)), real), listOf(model), real).write,
      [],
    ),
  ]) {
    assert.deepEqual(modelOf(rowsOf(unpackSegments(segments))), modelOf(rowsOf(listOf(model))));
    const over = segments.filter(({ bytes }) => bytes.length > room);
    assert.deepEqual(
      over.map(({ start, bytes }) => [...decodeSegment(start, bytes).uids]),
      [[150]],
    );
  }
});

test('a first sync broken off before its lowest segment was written is completed', () => {
  const model = folder(30_000, 10);
  const segments = packSegments(listOf(model), real);
  const [first, ...others] = segments;
  assert.ok(first);
  assert.deepEqual(updateSegments(others, listOf(model), real).write, [{ ...first, isNew: true }]);
});

test('two segments with the same start are corrupt', () => {
  const [first] = packSegments(listOf(folder(100, 11)), real);
  assert.ok(first);
  const isCorrupt = (error: unknown) => isMailyardError(error, 'segment.corrupt');
  assert.throws(() => unpackSegments([first, first]), isCorrupt);
  assert.throws(() => updateSegments([first, first], listOf(new Map()), real), isCorrupt);
});
