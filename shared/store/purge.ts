/** Takes away every item under an account. */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountRef } from './head.ts';
import { accountPk, HEAD_SK } from './keys.ts';
import { queryPage } from './query.ts';
import type { Table } from './table.ts';

/** All but the head, which fences late workers off until the end. Returns how many items went. */
export const purgeAccount = async (table: Table, ref: AccountRef): Promise<number> => {
  const pk = accountPk(ref.tenant, ref.accountId);
  let count = 0;
  let after: string | undefined;
  do {
    const { items, next } = await queryPage(table, pk, { consistent: true, limit: 400, ...(after ? { after } : {}) });
    const keys = items.map((item) => ({ pk, sk: item['sk'] as string })).filter(({ sk }) => sk !== HEAD_SK);
    for (let from = 0; from < keys.length; from += 25) await deleteBatch(table, keys.slice(from, from + 25));
    count += keys.length;
    after = next;
  } while (after !== undefined);
  return count;
};

const deleteBatch = async (table: Table, keys: readonly { pk: string; sk: string }[]): Promise<void> => {
  let requests: Record<string, unknown>[] = keys.map((Key) => ({ DeleteRequest: { Key } }));
  for (let attempt = 0; requests.length > 0; attempt += 1) {
    if (attempt === 8) throw new Error('DynamoDB left deletes unprocessed eight times');
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
    const answer = await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: requests } }));
    requests = answer.UnprocessedItems?.[table.name] ?? [];
  }
};
