import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ListedFolder, ROLES } from '../../shared/mail/folder.ts';
import { statusDigest } from '../../shared/sync/digest.ts';

const inbox: ListedFolder = {
  path: 'INBOX',
  delimiter: '/',
  role: 'inbox',
  selectable: true,
  status: { uidValidity: 1, uidNext: 10, messages: 9, unseen: 2, highestModseq: 9_007_199_254_740_993n },
};
const { status } = inbox;

const few = fc.nat(2);
const folder: fc.Arbitrary<ListedFolder> = fc
  .record({
    path: fc.constantFrom('INBOX', 'a', 'a",1', 'b', 'a/b'),
    role: fc.option(fc.constantFrom(...ROLES.slice(0, 2)), { nil: undefined }),
    selectable: fc.boolean(),
    status: fc.option(
      fc.record({
        uidValidity: few,
        uidNext: few,
        messages: few,
        unseen: fc.option(few, { nil: undefined }),
        highestModseq: fc.option(fc.constantFrom(0n, 1n, 2n), { nil: undefined }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ path, role, selectable, status: drawn }) => ({
    path,
    delimiter: '/',
    selectable,
    ...(role === undefined ? {} : { role }),
    ...(drawn === undefined ? {} : { status: withoutUndefined(drawn) }),
  }));

type Drawn = {
  uidValidity: number;
  uidNext: number;
  messages: number;
  unseen: number | undefined;
  highestModseq: bigint | undefined;
};
const withoutUndefined = ({ unseen, highestModseq, ...rest }: Drawn) => ({
  ...rest,
  ...(unseen === undefined ? {} : { unseen }),
  ...(highestModseq === undefined ? {} : { highestModseq }),
});

/** The facts that count, one text per folder; written here a second way. */
const factsOf = ({ path, role, selectable, status: drawn }: ListedFolder): string => {
  const modseq = drawn?.highestModseq || undefined;
  return [
    path.length,
    path,
    role,
    selectable,
    drawn !== undefined,
    drawn?.uidValidity,
    drawn?.uidNext,
    drawn?.messages,
    modseq,
    modseq === undefined ? drawn?.unseen : 'x',
  ].join('\n');
};

test('two digests are equal exactly when the same folders say the same', () => {
  const lists = fc.array(folder, { maxLength: 3 });
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      const same = [...new Set(a.map(factsOf))].sort().join('|') === [...new Set(b.map(factsOf))].sort().join('|');
      assert.equal(statusDigest(a) === statusDigest(b), same);
    }),
    { numRuns: 2_000 },
  );
});

test('neither the order of the listing, a row sent twice, nor UNSEEN beside HIGHESTMODSEQ makes a difference', () => {
  const other: ListedFolder = { path: 'Sent', delimiter: '/', selectable: true };
  assert.equal(statusDigest([inbox, other]), statusDigest([other, inbox]));
  assert.equal(statusDigest([inbox, other, inbox]), statusDigest([inbox, other]));
  assert.ok(status);
  assert.equal(statusDigest([{ ...inbox, status: { ...status, unseen: 3 } }]), statusDigest([inbox]));
});

test('each number, a role, a folder that appears and one that can be selected no more are seen', () => {
  assert.ok(status);
  const { role: _, ...roleless } = inbox;
  const { status: __, ...statusless } = inbox;
  const others: ListedFolder[][] = [
    [],
    [roleless],
    [statusless],
    [{ ...inbox, path: 'inbox2' }],
    [{ ...inbox, role: 'archive' }],
    [{ ...inbox, selectable: false }],
    [inbox, { path: 'New', delimiter: '/', selectable: false }],
    [{ ...inbox, status: { ...status, uidValidity: 2 } }],
    [{ ...inbox, status: { ...status, uidNext: 11 } }],
    [{ ...inbox, status: { ...status, messages: 8 } }],
    [{ ...inbox, status: { ...status, highestModseq: 9_007_199_254_740_992n } }],
    [{ ...inbox, status: { ...status, highestModseq: 0n } }],
    [{ ...inbox, status: { ...status, highestModseq: 0n, unseen: 3 } }],
  ];
  const digests = new Set([inbox, ...others].map((folders) => statusDigest([folders].flat())));
  assert.equal(digests.size, others.length + 1);
  for (const digest of digests) assert.match(digest, /^[\w-]{22}$/);
});
