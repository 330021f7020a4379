/** What earlier releases left in the table: brought up to date, it is read as it was meant. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { bringUpToDate, LAYOUTS, readLayout } from '../../../shared/store/layout.ts';
import { listed, startApi } from '../../api/api-under-test.ts';
import { fromJson } from './items-as-json.ts';

const kept = readdirSync(import.meta.dirname).filter((name) => /^layout-\d+\.json$/.test(name));

test('each layout that was released is kept', () => {
  const wanted = Array.from({ length: LAYOUTS.current }, (_, i) => `layout-${i + 1}.json`);
  assert.deepEqual(kept.toSorted(), wanted.toSorted());
});

for (const name of kept) {
  test(`accounts, rules, folders, messages and activity of ${name} are there`, async () => {
    const api = await startApi();
    try {
      const { table } = api;
      for (const Item of fromJson(readFileSync(path.join(import.meta.dirname, name), 'utf8')))
        await table.client.send(new PutCommand({ TableName: table.name, Item }));
      await bringUpToDate(table);
      assert.equal(await readLayout(table), LAYOUTS.current);
      const get = async (at: string, query = '') => {
        const answer = await api.call('GET', at, { query });
        assert.equal(answer.status, 200, answer.text);
        return answer;
      };
      const [account] = listed(await get('/v1/accounts'), 'accounts');
      const id = String(account?.['id']);
      const rules = listed(await get('/v1/rules'), 'rules').map((rule) => rule['name']);
      assert.deepEqual(rules.toSorted(), ['Invoices', 'Twice']);
      const folders = listed(await get(`/v1/accounts/${id}/folders`), 'folders');
      const paths = folders.map((folder) => String(folder['path']));
      assert.ok(paths.includes('INBOX') && paths.includes('Archive'), String(paths));
      for (const [folder, count] of [
        ['INBOX', 2],
        ['Archive', 1],
      ] as const) {
        const messages = listed(await get(`/v1/accounts/${id}/messages`, `folder=${folder}`), 'messages');
        assert.equal(messages.length, count, folder);
      }
      assert.match((await get(`/v1/accounts/${id}/activity`)).text, /"Invoices"/);
    } finally {
      await api.stop();
    }
  });
}
