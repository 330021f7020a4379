import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Filter } from '../../shared/rules/filter.ts';
import { mayHoldIn } from '../../shared/rules/filter-mailboxes.ts';
import { matchesFilter } from '../../shared/rules/matches-filter.ts';
import { factsArbitrary, filterInput } from './arbitraries.ts';
import { CONTEXT, FOLDERS, sampleRule } from './samples.ts';

const filterOf = (conditions: object): Filter => sampleRule({ conditions }).conditions;

test('a folder is left out only where nothing in it could match', () => {
  let leftOut = 0;
  fc.assert(
    fc.property(filterInput, factsArbitrary, (input, facts) => {
      const filter = filterOf(input);
      if (mayHoldIn(filter, facts.mailbox, FOLDERS)) return;
      leftOut += 1;
      assert.equal(matchesFilter(filter, CONTEXT)(facts), false);
    }),
    { numRuns: 3_000 },
  );
  assert.ok(leftOut > 50, `left out ${leftOut} times`);
});

for (const [what, filter, paths] of [
  ['the folder named', { inMailbox: { role: 'archive' }, from: 'ann' }, ['Archiv']],
  [
    'each of the folders named',
    { operator: 'OR', conditions: [{ inMailbox: { path: 'Bills' } }, { inMailbox: { role: 'inbox' } }] },
    ['INBOX', 'Bills'],
  ],
  ['none of the others', { inMailboxOtherThan: [{ role: 'inbox' }, { path: 'Bills' }] }, ['Archiv', 'Lists/tc39']],
  ['no folder at all', { operator: 'AND', conditions: [{ inMailbox: { path: 'A' } }, { subject: 'x' }] }, []],
  [
    'all, where NOT says what fails',
    { operator: 'NOT', conditions: [{ inMailbox: { path: 'Bills' }, subject: 'x' }] },
    ['INBOX', 'Archiv', 'Bills', 'Lists/tc39'],
  ],
] as const) {
  test(`looks in ${what}`, () => {
    const there = FOLDERS.filter(({ selectable }) => selectable).map(({ path }) => path);
    assert.deepEqual(
      there.filter((path) => mayHoldIn(filterOf(filter), path, FOLDERS)),
      paths,
    );
  });
}
