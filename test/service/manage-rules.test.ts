import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseRule } from '../../shared/rules/rule.ts';
import { createRule, deleteRule, getRule, replaceRule } from '../../shared/service/manage-rules.ts';
import { createHead, readHead } from '../../shared/store/head.ts';
import { putNewRule } from '../../shared/store/rules.ts';
import { RULE } from '../api/api-under-test.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
before(async () => {
  started = await startTable();
});
after(() => started.stop());

const deps = () => ({ table: started.table, now: () => 1_000 });
const input = parseRule(RULE);

test('a rule is kept as it was written, under the caller’s id', async () => {
  const rule = await createRule(deps(), { tenant: 'acme', id: 'r1', input });
  assert.deepEqual(rule, { ...input, id: 'r1', revision: 1, createdAt: 1_000, updatedAt: 1_000 });
  assert.deepEqual(await getRule(deps(), { tenant: 'acme', id: 'r1' }), rule);
});

test('created again it is the one that is there, as it is by now', async () => {
  const again = { tenant: 'acme', id: 'r2', input };
  const rule = await createRule(deps(), again);
  assert.deepEqual(await createRule(deps(), again), rule);
  const other = { ...input, name: 'Other' };
  const replaced = await replaceRule(deps(), { tenant: 'acme', id: 'r2', input: other, revision: [1] });
  assert.deepEqual(await createRule(deps(), again), replaced);
});

test('a revision that is not there any more changes nothing', async () => {
  const rule = await createRule(deps(), { tenant: 'acme', id: 'r3', input });
  const change = { tenant: 'acme', id: 'r3', input, revision: [2] };
  await assert.rejects(replaceRule(deps(), change), { code: 'precondition.failed' });
  await assert.rejects(deleteRule(deps(), change), { code: 'precondition.failed' });
  assert.deepEqual(await getRule(deps(), { tenant: 'acme', id: 'r3' }), rule);
});

test('a rule whose creation was cut off before the workers were told is told to them by the same request', async () => {
  const ref = { tenant: 'cut', accountId: 'a1' };
  await createHead(started.table, ref, '60#0');
  await putNewRule(started.table, 'cut', {
    ...input,
    accountIds: ['a1'],
    id: 'r1',
    revision: 1,
    createdAt: 1,
    updatedAt: 1,
  });
  const before = (await readHead(started.table, ref))?.configVersion ?? 0;
  await createRule(deps(), { tenant: 'cut', id: 'r1', input: { ...input, accountIds: ['a1'] } });
  assert.equal((await readHead(started.table, ref))?.configVersion, before + 1);
});
