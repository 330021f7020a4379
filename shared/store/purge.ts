/** Takes away every item under an account. */
import type { AccountRef } from './head.ts';
import { accountPk, HEAD_SK } from './keys.ts';
import { queryPage } from './query.ts';
import type { Table } from './table.ts';
import { writeBatch } from './write-batch.ts';

/** All but the head, which fences late workers off until the end. Returns how many items went. */
export const purgeAccount = async (table: Table, ref: AccountRef): Promise<number> => {
  const pk = accountPk(ref.tenant, ref.accountId);
  let count = 0;
  let after: string | undefined;
  do {
    const { items, next } = await queryPage(table, pk, { consistent: true, limit: 400, ...(after ? { after } : {}) });
    const keys = items.map((item) => ({ pk, sk: item['sk'] as string })).filter(({ sk }) => sk !== HEAD_SK);
    await writeBatch(
      table,
      keys.map((Key) => ({ DeleteRequest: { Key } })),
    );
    count += keys.length;
    after = next;
  } while (after !== undefined);
  return count;
};
