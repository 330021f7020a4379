/** Journal parts: written before the head is armed, closed by its commit, kept as the account's activity. */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MailyardError } from '../errors.ts';
import type { JournalPart, PartState } from '../sync/journal.ts';
import { decodePart, encodePart, encodeState, type StoredPart } from '../sync/journal-codec.ts';
import type { AccountRef } from './head.ts';
import { accountPk, JOURNAL_PREFIX, journalSk, parseJournalSk, runPrefix } from './keys.ts';
import { type Item, queryAll, queryPage } from './query.ts';
import { holds, type Table } from './table.ts';
import { putItems } from './write-batch.ts';

export type StoredJournalPart = { readonly runId: string; readonly at: number; readonly part: JournalPart };

const fromItem = (item: Item): StoredJournalPart => {
  const { runId, n } = parseJournalSk(item['sk'] as string);
  const state = item['state'] as string | undefined;
  const stored: StoredPart = { n, body: item['body'] as string, ...(state === undefined ? {} : { state }) };
  return { runId, at: item['at'] as number, part: decodePart(stored) };
};

export type JournalStamp = {
  readonly epoch: number;
  /** Milliseconds. */
  readonly at: number;
  /** Seconds (DynamoDB's time to live). */
  readonly expiresAt: number;
};

export const partItem = (ref: AccountRef, runId: string, part: JournalPart, stamp: JournalStamp) => {
  const { n, body, state } = encodePart(part);
  return { pk: accountPk(ref.tenant, ref.accountId), sk: journalSk(runId, n), body, state, ...stamp };
};

export const writeParts = async (
  table: Table,
  ref: AccountRef,
  runId: string,
  parts: readonly JournalPart[],
  stamp: JournalStamp,
): Promise<void> => {
  await putItems(
    table,
    parts.map((part) => partItem(ref, runId, part, stamp)),
  );
};

/** One part; undefined when it is not there (any more). */
export const readPart = async (
  table: Table,
  ref: AccountRef,
  runId: string,
  n: number,
): Promise<StoredJournalPart | undefined> => {
  const Key = { pk: accountPk(ref.tenant, ref.accountId), sk: journalSk(runId, n) };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item === undefined ? undefined : fromItem(Item);
};

export const readRun = async (table: Table, ref: AccountRef, runId: string): Promise<StoredJournalPart[]> => {
  const items = await queryAll(table, accountPk(ref.tenant, ref.accountId), {
    prefix: runPrefix(runId),
    consistent: true,
  });
  // By number: as text, part 10000 comes before part 1001, and effects have an order.
  return items.map(fromItem).sort((a, b) => a.part.n - b.part.n);
};

/**
 * Takes a part over from a run that died, so that its former holder can no longer write its state. Throws `lease.lost` when
 * that one has moved it on since `before` was read.
 */
export const claimPart = (
  table: Table,
  ref: AccountRef,
  runId: string,
  n: number,
  epoch: number,
  { before, state }: { readonly before: PartState; readonly state: PartState },
): Promise<void> =>
  updateState(table, ref, runId, n, { epoch, state, before }, '(epoch < :epoch AND #state = :before)');

/** Moves a part's state on. Throws `lease.lost` when another worker has claimed it. */
export const writeState = (
  table: Table,
  ref: AccountRef,
  runId: string,
  n: number,
  epoch: number,
  state: PartState,
): Promise<void> => updateState(table, ref, runId, n, { epoch, state }, 'epoch = :epoch');

const updateState = async (
  table: Table,
  ref: AccountRef,
  runId: string,
  n: number,
  { epoch, state, before }: { readonly epoch: number; readonly state: PartState; readonly before?: PartState },
  condition: string,
): Promise<void> => {
  const update = table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { pk: accountPk(ref.tenant, ref.accountId), sk: journalSk(runId, n) },
      UpdateExpression: 'SET #state = :state, epoch = :epoch',
      // Ours already: the write took effect, and is sent again as its answer was lost.
      ConditionExpression: `${condition} OR (epoch = :epoch AND #state = :state)`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':state': encodeState(state),
        ':epoch': epoch,
        ...(before === undefined ? {} : { ':before': encodeState(before) }),
      },
    }),
  );
  if (!(await holds(update)))
    throw new MailyardError('lease.lost', `part ${n} of run ${runId} belongs to another worker`);
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

/** The parts of all runs after one, oldest first; `more` when the bound on reads cut them off. */
export const journalAfter = async (
  table: Table,
  ref: AccountRef,
  runId: string,
  pagesMax: number,
): Promise<{ parts: StoredJournalPart[]; more: boolean }> => {
  const pk = accountPk(ref.tenant, ref.accountId);
  const parts: StoredJournalPart[] = [];
  // '~' sorts behind every digit: after the last part of that run.
  let after: string | undefined = `${runPrefix(runId)}~`;
  for (let page = 0; page < pagesMax && after !== undefined; page += 1) {
    const { items, next }: { items: Item[]; next?: string } = await queryPage(table, pk, {
      prefix: JOURNAL_PREFIX,
      after,
      limit: 200,
    });
    parts.push(...items.map(fromItem));
    after = next;
  }
  return { parts, more: after !== undefined };
};
