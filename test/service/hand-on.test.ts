/** What is left over is asked for once: by the run that knows of it, or by who hands it on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckReport } from '../../shared/service/check-account.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import { handOn } from '../../shared/service/hand-on.ts';
import type { SyncReport } from '../../shared/service/sync-account.ts';
import type { Table } from '../../shared/store/table.ts';

const REF = { tenant: 't1', accountId: 'a1' };
const LONG = { tickSeconds: 60, pollSeconds: 60, long: true };
const effects = { move: 0, copy: 0, flag: 0, draft: 0 };
const synced = (left: Pick<SyncReport, 'more' | 'askedOn'>): CheckReport => ({
  ref: REF,
  outcome: 'synced',
  sync: { arrived: 0, changed: 0, gone: 0, effects, ...left },
});

/** How many messages come of a long one that ended so: it asks the table for no right. */
const askedAfter = async (report: CheckReport): Promise<number> => {
  const sent: CheckMessage[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (event: string) => assert.fail(event) };
  const deps = {
    table: undefined as unknown as Table,
    now: () => 60_000,
    log,
    sendChecks: async (messages: readonly CheckMessage[]) => void sent.push(...messages),
  };
  await handOn(deps, LONG, [report]);
  return sent.length;
};

test('what is left of long work is asked for once, and not again where the run did', async () => {
  assert.equal(await askedAfter(synced({ more: true })), 1);
  assert.equal(await askedAfter(synced({ more: true, askedOn: true })), 0);
  assert.equal(await askedAfter(synced({ more: false })), 0);
  assert.equal(await askedAfter({ ref: REF, outcome: 'handedOn' }), 1);
});
