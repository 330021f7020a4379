/**
 * Rules applied to mail that is there: the messages that were confirmed, in pieces, and how far it is. Pieces never change; the
 * first item alone moves, and only forward.
 */
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { formatUidSet, parseUidSet, type UidSet } from '../mail/uid-set.ts';
import type { AccountRef } from './head.ts';
import { accountPk, applicationSk, piecePrefix, pieceSk } from './keys.ts';
import { queryPage } from './query.ts';
import { holds, type Table } from './table.ts';

export type Application = {
  readonly id: string;
  readonly rules: readonly { readonly id: string; readonly revision: number }[];
  /** Folders to which the rules are put though they name others; absent: each to its own. */
  readonly mailboxes?: readonly string[];
  readonly state: 'running' | 'done' | 'cancelled' | 'stopped';
  /** Why it was stopped. */
  readonly reason?: string;
  /** Messages that were confirmed, and those of them that the rules were put to again. */
  readonly messages: number;
  readonly processed: number;
  /** Of those, which the mail server would not show: nothing was decided about them. Absent where there was none. */
  readonly refused?: number;
  readonly pieces: number;
  /** The first piece that is still to be done. */
  readonly next: number;
  /** Of the activity. */
  readonly runIds: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type ApplicationPiece = { readonly folderId: string; readonly uidValidity: number; readonly uids: UidSet };

const keyOf = ({ tenant, accountId }: AccountRef, sk: string) => ({ pk: accountPk(tenant, accountId), sk });

/** The pieces first: an application that is there has all of them. Nothing is written over. `expiresAt` in seconds. */
export const putApplication = async (
  table: Table,
  ref: AccountRef,
  application: Application,
  pieces: readonly ApplicationPiece[],
  expiresAt: number,
): Promise<void> => {
  for (const [n, { folderId, uidValidity, uids }] of pieces.entries()) {
    const Item = {
      ...keyOf(ref, pieceSk(application.id, n)),
      folderId,
      uidValidity,
      uids: formatUidSet(uids),
      expiresAt,
    };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  }
  await holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...keyOf(ref, applicationSk(application.id)), ...application, expiresAt },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
};

export const readApplication = async (table: Table, ref: AccountRef, id: string): Promise<Application | undefined> => {
  const Key = keyOf(ref, applicationSk(id));
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  if (Item === undefined) return undefined;
  const { pk: _pk, sk: _sk, expiresAt: _expiresAt, ...application } = Item;
  return application as Application;
};

export const readPieces = async (
  table: Table,
  ref: AccountRef,
  id: string,
  from: number,
  limit: number,
): Promise<ApplicationPiece[]> => {
  const { items } = await queryPage(table, accountPk(ref.tenant, ref.accountId), {
    prefix: piecePrefix(id),
    ...(from === 0 ? {} : { after: pieceSk(id, from - 1) }),
    consistent: true,
    limit,
  });
  return items.map((item) => ({
    folderId: item['folderId'] as string,
    uidValidity: item['uidValidity'] as number,
    uids: parseUidSet(item['uids'] as string),
  }));
};

/** Told in the journal of the run that did it, so that whoever goes on with that run enters the same. */
export type Advance = {
  readonly id: string;
  readonly next: number;
  readonly processed: number;
  readonly refused?: number;
  readonly isLast: boolean;
};

/** Entered twice it is entered once. */
export const advanceApplication = async (
  table: Table,
  ref: AccountRef,
  { id, next, processed, refused = 0, isLast }: Advance,
  { runId, at }: { readonly runId: string; readonly at: number },
): Promise<void> => {
  await holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keyOf(ref, applicationSk(id)),
        UpdateExpression: `SET #next = :next, #processed = :processed, refused = :refused, updatedAt = :at, runIds = list_append(runIds, :run)${
          isLast ? ', #state = if_not_exists(stoppedAs, :done)' : ''
        }`,
        ConditionExpression: '#next < :next',
        ExpressionAttributeNames: {
          '#next': 'next',
          '#processed': 'processed',
          ...(isLast ? { '#state': 'state' } : {}),
        },
        ExpressionAttributeValues: {
          ':next': next,
          ':processed': processed,
          ':refused': refused,
          ':at': at,
          ':run': [runId],
          ...(isLast ? { ':done': 'done' } : {}),
        },
      }),
    ),
  );
};

/** False when it was not running any more. What a run has armed is done nevertheless. */
export const endApplication = async (
  table: Table,
  ref: AccountRef,
  id: string,
  { state, reason, at }: { readonly state: 'cancelled' | 'stopped'; readonly reason?: string; readonly at: number },
): Promise<boolean> =>
  await holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keyOf(ref, applicationSk(id)),
        // What the last run of it then still enters does not make it done.
        UpdateExpression: `SET #state = :state, stoppedAs = :state, updatedAt = :at${reason === undefined ? '' : ', #reason = :reason'}`,
        ConditionExpression: '#state = :running',
        ExpressionAttributeNames: { '#state': 'state', ...(reason === undefined ? {} : { '#reason': 'reason' }) },
        ExpressionAttributeValues: {
          ':state': state,
          ':running': 'running',
          ':at': at,
          ...(reason === undefined ? {} : { ':reason': reason }),
        },
      }),
    ),
  );
