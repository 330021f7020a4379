/** What the properties of this folder draw from. */
import fc from 'fast-check';
import type { MessageRow } from '../../shared/sync/message-list.ts';

export const keywords = fc
  .uniqueArray(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('$seen', '$flagged', '$answered', 'nonjunk', '$label1') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('work', 'travel/2026', 'größe', 'ﬀ', '\ufeffmark', '📎', 'x'.repeat(200)),
      },
    ),
    { maxLength: 5 },
  )
  .map((set) => set.sort());

/** UIDs close together, far apart, and at the very end of the space. */
export const uid = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 120 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 5_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0xffffff00, max: 0xffffffff }) },
);

export const rows: fc.Arbitrary<MessageRow[]> = fc.array(fc.record({ uid, keywords }), { maxLength: 150 });

/** The plain picture of a list: UID -> keywords, in order of UID. */
export const modelOf = (all: Iterable<MessageRow>): Map<number, readonly string[]> => {
  const model = new Map<number, readonly string[]>();
  for (const row of all) model.set(row.uid, row.keywords);
  return new Map([...model].sort(([a], [b]) => a - b));
};
