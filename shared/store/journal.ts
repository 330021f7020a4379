/** Journal parts: written before the head is armed, closed by its commit, kept as the account's activity. */
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MailyardError } from '../errors.ts';
import type { JournalPart, PartState } from '../sync/journal.ts';
import { decodePart, encodePart, encodeState, type StoredPart } from '../sync/journal-codec.ts';
import type { AccountRef } from './head.ts';
import { accountPk, JOURNAL_PREFIX, journalSk, parseJournalSk, runPrefix } from './keys.ts';
import { type Item, queryAll, queryPage } from './query.ts';
import { holds, type Table } from './table.ts';

export type StoredJournalPart = { readonly runId: string; readonly at: number; readonly part: JournalPart };

const fromItem = (item: Item): StoredJournalPart => {
  const { runId, n } = parseJournalSk(item['sk'] as string);
  const state = item['state'] as string | undefined;
  const stored: StoredPart = { n, body: item['body'] as string, ...(state === undefined ? {} : { state }) };
  return { runId, at: item['at'] as number, part: decodePart(stored) };
};

export const partParams = (
  name: string,
  ref: AccountRef,
  runId: string,
  part: JournalPart,
  stamp: { readonly epoch: number; readonly at: number; readonly expiresAt: number },
) => {
  const { n, body, state } = encodePart(part);
  return {
    TableName: name,
    Item: { pk: accountPk(ref.tenant, ref.accountId), sk: journalSk(runId, n), body, state, ...stamp },
  };
};

/** `at` in milliseconds, `expiresAt` in seconds (DynamoDB's time to live), `epoch` the lease's. */
export const writeParts = async (
  table: Table,
  ref: AccountRef,
  runId: string,
  parts: readonly JournalPart[],
  stamp: { readonly epoch: number; readonly at: number; readonly expiresAt: number },
): Promise<void> => {
  for (let from = 0; from < parts.length; from += 8) {
    const some = parts.slice(from, from + 8);
    await Promise.all(
      some.map((part) => table.client.send(new PutCommand(partParams(table.name, ref, runId, part, stamp)))),
    );
  }
};

export const readRun = async (table: Table, ref: AccountRef, runId: string): Promise<StoredJournalPart[]> =>
  (await queryAll(table, accountPk(ref.tenant, ref.accountId), { prefix: runPrefix(runId), consistent: true })).map(
    fromItem,
  );

/** Takes a part over from a run that died, so that its former holder can no longer write its state. */
export const claimPart = (
  table: Table,
  ref: AccountRef,
  runId: string,
  n: number,
  epoch: number,
  state: PartState,
): Promise<void> => updateState(table, ref, runId, n, epoch, state, 'epoch <= :epoch');

/** Moves a part's state on. Throws `lease.lost` when another worker has claimed it. */
export const writeState = (
  table: Table,
  ref: AccountRef,
  runId: string,
  n: number,
  epoch: number,
  state: PartState,
): Promise<void> => updateState(table, ref, runId, n, epoch, state, 'epoch = :epoch');

const updateState = async (
  table: Table,
  ref: AccountRef,
  runId: string,
  n: number,
  epoch: number,
  state: PartState,
  condition: string,
): Promise<void> => {
  const update = table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { pk: accountPk(ref.tenant, ref.accountId), sk: journalSk(runId, n) },
      UpdateExpression: 'SET #state = :state, epoch = :epoch',
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': encodeState(state), ':epoch': epoch },
    }),
  );
  if (!(await holds(update)))
    throw new MailyardError('lease.lost', `part ${n} of run ${runId} belongs to another worker`);
};

/** Takes away the parts of a run that was never armed: nothing of it was done. */
export const deleteParts = async (table: Table, ref: AccountRef, runId: string, count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    const Key = { pk: accountPk(ref.tenant, ref.accountId), sk: journalSk(runId, n) };
    await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
  }
};

/** The journal, newest first. `after` and `next` are opaque places in it. */
export const pageOfJournal = async (
  table: Table,
  ref: AccountRef,
  options: { readonly limit: number; readonly after?: string },
): Promise<{ parts: StoredJournalPart[]; next?: string }> => {
  const after = options.after === undefined ? {} : { after: JOURNAL_PREFIX + options.after };
  const { items, next } = await queryPage(table, accountPk(ref.tenant, ref.accountId), {
    prefix: JOURNAL_PREFIX,
    newestFirst: true,
    limit: options.limit,
    ...after,
  });
  return { parts: items.map(fromItem), ...(next === undefined ? {} : { next: next.slice(JOURNAL_PREFIX.length) }) };
};
