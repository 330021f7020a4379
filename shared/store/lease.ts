/**
 * The lease on an account, and the two writes that need it: arming a journal and committing. Each is one conditional write
 * on the head; a worker whose epoch is no longer the head's changes nothing.
 */
import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type AccountRef, type Failure, type Head, headKey, readHead } from './head.ts';
import { holds, resultIfHolds, type Table } from './table.ts';

const IF_MINE = 'epoch = :mine AND #state <> :deleting';

export type Lease = {
  readonly ref: AccountRef;
  readonly epoch: number;
  /** With our epoch, and with `leaseUntil` as it was before. */
  readonly head: Head;
  readonly tookOver: boolean;
};

/**
 * Takes the lease where it is free or ran out; undefined when another holds it. `known` is the head as it was read before,
 * however old: where its epoch and lease still stand, it is not read again.
 */
export const takeLease = async (
  table: Table,
  ref: AccountRef,
  nowSeconds: number,
  leaseSeconds: number,
  known?: Head,
): Promise<Lease | undefined> =>
  (await takeFrom(table, ref, nowSeconds, leaseSeconds, known)) ??
  (await takeFrom(table, ref, nowSeconds, leaseSeconds, await readHead(table, ref)));

const takeFrom = async (
  table: Table,
  ref: AccountRef,
  nowSeconds: number,
  leaseSeconds: number,
  before: Head | undefined,
): Promise<Lease | undefined> => {
  if (before === undefined || before.state === 'deleting' || before.leaseUntil > nowSeconds) return undefined;
  const taken = await resultIfHolds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: headKey(ref),
        UpdateExpression: 'SET epoch = :next, leaseUntil = :until, leaseOwner = :owner',
        // Ours already: the write took effect, and is sent again as its answer was lost.
        ConditionExpression: `(${IF_MINE} AND leaseUntil = :before) OR (epoch = :next AND leaseOwner = :owner)`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':next': before.epoch + 1,
          ':until': nowSeconds + leaseSeconds,
          ':mine': before.epoch,
          ':before': before.leaseUntil,
          ':owner': randomUUID(),
          ':deleting': 'deleting',
        },
        // All else may have changed since it was read.
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  if (taken === undefined) return undefined;
  const head = { ...(taken.Attributes as unknown as Head), leaseUntil: before.leaseUntil };
  return { ref, epoch: head.epoch, head, tookOver: before.leaseUntil !== 0 };
};

/** Arms a journal whose parts are written: from here on a run that dies is finished by the next. False: the lease is lost. */
export const armJournal = (table: Table, lease: Lease, runId: string): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: headKey(lease.ref),
        UpdateExpression: 'SET openJournal = :run',
        // The same run: the write took effect, and is sent again as its answer was lost.
        ConditionExpression: `${IF_MINE} AND (attribute_not_exists(openJournal) OR openJournal = :run)`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':run': runId, ':mine': lease.epoch, ':deleting': 'deleting' },
      }),
    ),
  );

export type HeadChange = {
  /** undefined leaves an attribute as it is, null takes it away. */
  readonly statusDigest?: string | null;
  readonly openJournal?: null;
  readonly failure?: Failure | null;
  readonly state?: 'active' | 'reconnectNeeded';
  readonly pollGroup?: string | null;
  readonly wakeAt?: number | null;
  readonly timerAt?: number | null;
  readonly waitUntil?: number | null;
  readonly timedConfig?: number | null;
  readonly lastChangedAt?: number;
  readonly folderCount?: number;
  readonly firstSyncAt?: number;
  readonly seedingSince?: number;
  readonly leaseUntil?: number;
  /** A run of which the owner's own services are still to be told: it is added to those that are there. */
  readonly untold?: string;
};

/**
 * Gives a lease back after a failure. One that was taken over stays marked as run out, for nobody has made sure yet that the
 * worker before can do no harm.
 */
export const released = ({ tookOver, head }: Lease): Pick<HeadChange, 'leaseUntil'> => ({
  leaseUntil: tookOver ? head.leaseUntil : 0,
});

/** One write that commits what a run reached, on condition that the lease is still ours. False: it is lost, nothing written. */
export const commitHead = (table: Table, lease: Lease, change: HeadChange): Promise<boolean> =>
  holds(table.client.send(new UpdateCommand(commitParams(table.name, lease, change))));

export const commitParams = (name: string, { ref, epoch }: Lease, change: HeadChange) => {
  const { untold, ...rest } = change;
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined);
  const set = entries.filter(([, value]) => value !== null);
  const removed = entries.filter(([, value]) => value === null);
  const expression = [
    set.length > 0 ? `SET ${set.map(([key]) => `#${key} = :${key}`).join(', ')}` : '',
    removed.length > 0 ? `REMOVE ${removed.map(([key]) => `#${key}`).join(', ')}` : '',
    untold === undefined ? '' : 'ADD untold :untold',
  ];
  return {
    TableName: name,
    Key: headKey(ref),
    UpdateExpression: expression.filter((clause) => clause !== '').join(' '),
    ConditionExpression: IF_MINE,
    ExpressionAttributeNames: {
      '#state': 'state',
      ...Object.fromEntries(entries.map(([key]) => [`#${key}`, key])),
    },
    ExpressionAttributeValues: {
      ':mine': epoch,
      ':deleting': 'deleting',
      ...Object.fromEntries(set.map(([key, value]) => [`:${key}`, value])),
      ...(untold === undefined ? {} : { ':untold': new Set([untold]) }),
    },
  };
};
