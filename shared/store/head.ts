/**
 * The head: one small item an account, through which everything is decided. Epoch and openJournal fence two workers from
 * each other; statusDigest makes a quiet check one half read unit.
 */
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { ErrorCode } from '../errors.ts';
import { accountPk, HEAD_SK, INDEX_DUE, parseAccountPk } from './keys.ts';
import { holds, type Table } from './table.ts';

export type AccountRef = { readonly tenant: string; readonly accountId: string };
export type Failure = {
  readonly code: ErrorCode;
  /** Seconds since 1970. */
  readonly at: number;
  readonly count: number;
  /** The server asked to wait: not looked at before this, in seconds since 1970. */
  readonly until?: number;
};

export type Head = {
  readonly state: 'active' | 'reconnectNeeded' | 'deleting';
  readonly epoch: number;
  /** Seconds since 1970; 0 when released. A lease in the past that is not 0 ran out: its holder may still be alive. */
  readonly leaseUntil: number;
  readonly openJournal?: string;
  readonly statusDigest?: string;
  /** Raised by every change to the account's settings or the rules, so that warm workers read them again. */
  readonly configVersion: number;
  readonly pollGroup?: string;
  /** Seconds since 1970 of what is due first, a timer or a rationed look: a check at or past it counts as changed. */
  readonly wakeAt?: number;
  /** Seconds since 1970 of the earliest timer item; `wakeAt` is no later. */
  readonly timerAt?: number;
  /** Seconds since 1970 before which the open journal is not gone on with: something of it may still be on its way. */
  readonly waitUntil?: number;
  readonly lastChangedAt?: number;
  /** The configVersion whose timers are set; undefined where no rule waits for a time. */
  readonly timedConfig?: number;
  /** How many folder ids were given out. */
  readonly folderCount: number;
  readonly firstSyncAt?: number;
  /** When the first sync began that is not through yet. */
  readonly seedingSince?: number;
  readonly failure?: Failure;
  /** Closed runs of which the owner's own services are still to be told (shared/service/webhooks). */
  readonly untold?: ReadonlySet<string>;
  /** Of the `stale` that was told last: since when it was, in seconds since 1970. */
  readonly staleSince?: number;
  /** When its long work was asked for last, in seconds since 1970. */
  readonly longAskedAt?: number;
  /** Its owner wants it left alone; apart from `state`, which workers write. */
  readonly paused?: true;
};

export const headKey = ({ tenant, accountId }: AccountRef) => ({ pk: accountPk(tenant, accountId), sk: HEAD_SK });

export const createHead = async (table: Table, ref: AccountRef, pollGroup: string): Promise<void> => {
  const head: Head = { state: 'active', epoch: 0, leaseUntil: 0, configVersion: 1, folderCount: 0, pollGroup };
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { ...headKey(ref), ...head },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
};

export const readHead = async (table: Table, ref: AccountRef, consistent = true): Promise<Head | undefined> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: headKey(ref), ConsistentRead: consistent }),
  );
  return Item as Head | undefined;
};

/** Many heads at half a read unit each; those not found are missing from the map, unprocessed ones are asked again. */
export const readHeads = async (table: Table, refs: readonly AccountRef[]): Promise<Map<string, Head>> => {
  const heads = new Map<string, Head>();
  for (let from = 0; from < refs.length; from += 100) {
    let keys: Record<string, unknown>[] = refs.slice(from, from + 100).map(headKey);
    for (let attempt = 0; keys.length > 0; attempt += 1) {
      if (attempt === 8) throw new Error('DynamoDB left keys unprocessed eight times');
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
      const answer = await table.client.send(
        new BatchGetCommand({ RequestItems: { [table.name]: { Keys: keys, ConsistentRead: false } } }),
      );
      for (const item of answer.Responses?.[table.name] ?? []) {
        const ref = parseAccountPk(item['pk'] as string);
        if (ref !== undefined) heads.set(ref.accountId, item as unknown as Head);
      }
      keys = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    }
  }
  return heads;
};

/** The accounts of one poll group; the index is read by the dispatcher alone. */
export const dueAccounts = async (table: Table, pollGroup: string): Promise<AccountRef[]> => {
  const refs: AccountRef[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: INDEX_DUE,
        KeyConditionExpression: 'pollGroup = :group',
        ExpressionAttributeValues: { ':group': pollGroup },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const item of page.Items ?? []) {
      const ref = parseAccountPk(item['pk'] as string);
      if (ref !== undefined) refs.push(ref);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return refs;
};

/** Tells warm workers to read settings and rules again, and the next check to look closely. */
export const raiseConfigVersion = (table: Table, ref: AccountRef): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: headKey(ref),
        UpdateExpression: 'ADD configVersion :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    ),
  );

const NOT_DELETING = 'attribute_exists(pk) AND #state <> :deleting';

const updateHead = (
  table: Table,
  ref: AccountRef,
  UpdateExpression: string,
  values: Readonly<Record<string, unknown>>,
  condition = NOT_DELETING,
): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: headKey(ref),
        UpdateExpression,
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':deleting': 'deleting', ...values },
      }),
    ),
  );

/** False when there is no head, or it is being deleted. */
export const pauseHead = (table: Table, ref: AccountRef): Promise<boolean> =>
  updateHead(table, ref, 'SET paused = :true REMOVE pollGroup', { ':true': true });

/** Without a group it is looked at only when asked for. */
export const resumeHead = (table: Table, ref: AccountRef, pollGroup: string | undefined): Promise<boolean> =>
  pollGroup === undefined
    ? updateHead(table, ref, 'REMOVE paused', {})
    : updateHead(table, ref, 'SET pollGroup = :group REMOVE paused', { ':group': pollGroup });

/** A new credential works: polled again, whatever was wrong before. False when it is paused or being deleted. */
export const reconnectHead = (table: Table, ref: AccountRef, pollGroup: string): Promise<boolean> =>
  updateHead(
    table,
    ref,
    'SET #state = :active, pollGroup = :group REMOVE failure ADD configVersion :one',
    { ':active': 'active', ':group': pollGroup, ':one': 1 },
    `${NOT_DELETING} AND attribute_not_exists(paused)`,
  );

/** Moves an account that is polled to another group. False when it is not polled. */
export const regroupHead = (table: Table, ref: AccountRef, pollGroup: string): Promise<boolean> =>
  updateHead(
    table,
    ref,
    'SET pollGroup = :group',
    { ':group': pollGroup },
    `${NOT_DELETING} AND attribute_exists(pollGroup)`,
  );

/** To another group, unless it was changed or moved meanwhile. */
export const moveHead = (
  table: Table,
  ref: AccountRef,
  { from, to, lastChangedAt }: { from: string; to: string; lastChangedAt: number | undefined },
): Promise<boolean> =>
  updateHead(
    table,
    ref,
    'SET pollGroup = :to',
    { ':from': from, ':to': to, ...(lastChangedAt === undefined ? {} : { ':changed': lastChangedAt }) },
    `${NOT_DELETING} AND pollGroup = :from AND ${lastChangedAt === undefined ? 'attribute_not_exists(lastChangedAt)' : 'lastChangedAt = :changed'}`,
  );

/** The right to ask for the account's long work: given once in a while, as what was asked for may still be waiting. */
export const claimLong = (table: Table, ref: AccountRef, nowSeconds: number, againSeconds: number): Promise<boolean> =>
  updateHead(
    table,
    ref,
    'SET longAskedAt = :now',
    { ':now': nowSeconds, ':before': nowSeconds - againSeconds },
    `${NOT_DELETING} AND (attribute_not_exists(longAskedAt) OR longAskedAt < :before)`,
  );

/** Fences every worker off: no lease can be taken and nothing committed from here on. */
export const markDeleting = (table: Table, ref: AccountRef): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: headKey(ref),
        UpdateExpression: 'SET #state = :deleting, epoch = epoch + :one REMOVE pollGroup',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':deleting': 'deleting', ':one': 1 },
      }),
    ),
  );

/** They were told. */
export const settleUntold = (table: Table, ref: AccountRef, runIds: readonly string[]): Promise<boolean> =>
  updateHead(table, ref, 'DELETE untold :runs', { ':runs': new Set(runIds) });

/** A run with the news that no check reaches it is to be told, once for each time it became so. */
export const addStaleNews = (table: Table, ref: AccountRef, since: number, runId: string): Promise<boolean> =>
  updateHead(
    table,
    ref,
    'SET staleSince = :since ADD untold :runs',
    { ':since': since, ':runs': new Set([runId]) },
    `${NOT_DELETING} AND (attribute_not_exists(staleSince) OR staleSince <> :since)`,
  );

export const deleteHead = async (table: Table, ref: AccountRef): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: headKey(ref) }));
};
