/** Asked before anything is written down for somebody to hear. */
import type { Table } from '../../store/table.ts';
import { listWebhooks } from '../../store/webhooks.ts';

/** Whether anybody listens at all: where nobody does, runs are not named as untold. */
export const tellsAnybody = async (table: Table, tenant: string): Promise<boolean> =>
  (await listWebhooks(table, tenant)).some(({ enabled }) => enabled);
