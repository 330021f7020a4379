/**
 * Timers of an account: what is to be done about it later. The head's `wakeAt` is never later than the earliest of them, so
 * that a quiet check needs to read none.
 */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountRef } from './head.ts';
import { accountPk, parseTimerSk, TIMER_PREFIX, timerSk } from './keys.ts';
import { queryPage } from './query.ts';
import type { Table } from './table.ts';

/** The id is made from what the timer is for: set twice it is one timer. The payload is small, and names rather than holds. */
export type Timer = {
  readonly kind: string;
  readonly id: string;
  /** Seconds since 1970. */
  readonly dueAt: number;
  readonly payload: Readonly<Record<string, string | number>>;
};

export const timerKeyOf = ({ dueAt, kind, id }: Pick<Timer, 'dueAt' | 'kind' | 'id'>): string =>
  timerSk(dueAt, kind, id);

/** `expiresAt` in seconds (DynamoDB's time to live): a timer of an account that nobody looks at goes by itself. */
export const putTimer = async (
  table: Table,
  { tenant, accountId }: AccountRef,
  timer: Timer,
  expiresAt: number,
): Promise<void> => {
  const Item = { pk: accountPk(tenant, accountId), sk: timerKeyOf(timer), payload: timer.payload, expiresAt };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
};

/** The earliest ones, in the order in which they are due. */
export const readTimers = async (table: Table, { tenant, accountId }: AccountRef, limit: number): Promise<Timer[]> => {
  const { items } = await queryPage(table, accountPk(tenant, accountId), {
    prefix: TIMER_PREFIX,
    consistent: true,
    limit,
  });
  return items.map((item) => ({
    ...parseTimerSk(item['sk'] as string),
    payload: item['payload'] as Timer['payload'],
  }));
};

/** Nothing happens where it is gone already. */
export const deleteTimer = async (table: Table, { tenant, accountId }: AccountRef, key: string): Promise<void> => {
  const Key = { pk: accountPk(tenant, accountId), sk: key };
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
};
