/** Accounts as their owner wrote them, with the sealed credential. */
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { FolderRoles } from '../mail/folder.ts';
import { accountSk, tenantPk } from './keys.ts';
import { queryAll, queryPage } from './query.ts';
import { holds, type Table } from './table.ts';

export type AccountSettings = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: plain greeting, then TLS, or nothing is sent. */
  readonly tls: 'implicit' | 'starttls';
  readonly user: string;
  /** The owner's own address: drafts are from it. */
  readonly address: string;
  /** PEM of a private CA or of the very certificate, trusted for this account alone. */
  readonly ca?: string;
  /** The SHA-256 of the server's key or certificate (shared/imap/pin.ts); then its name is not looked at. */
  readonly pin?: string;
  readonly pollSeconds: number;
  /** Fire rules on the mail that is there when the account is first synced. */
  readonly applyToExisting: boolean;
  /** IANA name; schedules follow it. UTC where it is not given. */
  readonly timeZone?: string;
  /** The owner may have messages removed for good, and folders with all that is in them; otherwise nobody may. */
  readonly allowDestroy?: boolean;
  /** Folders by role as the owner says, whatever the server does (RFC 6154). */
  readonly roles?: FolderRoles;
};

export type Account = AccountSettings & {
  readonly tenant: string;
  readonly id: string;
  /** A JWE; nothing here can open it. */
  readonly credential: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const fromItem = (item: Readonly<Record<string, unknown>>): Account => {
  const { pk: _pk, sk: _sk, ...account } = item;
  return account as Account;
};

const key = (tenant: string, id: string) => ({ pk: tenantPk(tenant), sk: accountSk(id) });

/** False when an account of that id is there already. */
export const putNewAccount = (table: Table, account: Account): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...account, ...key(account.tenant, account.id) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

/**
 * False when the stored revision is not the one before `account.revision`; with `credential: 'kept'` also when the credential
 * is no longer the one that `account` was read with, as a token may have been refreshed meanwhile.
 */
export const replaceAccount = (
  table: Table,
  account: Account,
  { credential }: { readonly credential: 'kept' | 'new' } = { credential: 'kept' },
): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...account, ...key(account.tenant, account.id) },
        ConditionExpression: credential === 'new' ? 'revision = :before' : 'revision = :before AND credential = :kept',
        ExpressionAttributeValues: {
          ':before': account.revision - 1,
          ...(credential === 'new' ? {} : { ':kept': account.credential }),
        },
      }),
    ),
  );

/** Another credential and nothing else: no revision, as the owner wrote nothing. False when it is no longer `account`'s. */
export const replaceCredential = (
  table: Table,
  account: Pick<Account, 'tenant' | 'id' | 'credential'>,
  sealed: string,
): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key(account.tenant, account.id),
        UpdateExpression: 'SET credential = :sealed',
        ConditionExpression: 'credential = :before',
        ExpressionAttributeValues: { ':sealed': sealed, ':before': account.credential },
      }),
    ),
  );

export const readAccount = async (table: Table, tenant: string, id: string): Promise<Account | undefined> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key(tenant, id), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : fromItem(Item);
};

export const listAccounts = async (table: Table, tenant: string): Promise<Account[]> =>
  (await queryAll(table, tenantPk(tenant), { prefix: accountSk('') })).map(fromItem);

/** One page, in order of id; `after` is the last id of the page before. */
export const pageOfAccounts = async (
  table: Table,
  tenant: string,
  options: { readonly limit: number; readonly after?: string },
): Promise<{ accounts: Account[]; more: boolean }> => {
  const after = options.after === undefined ? {} : { after: accountSk(options.after) };
  const { items, next } = await queryPage(table, tenantPk(tenant), {
    prefix: accountSk(''),
    limit: options.limit,
    ...after,
  });
  return { accounts: items.map(fromItem), more: next !== undefined };
};

/** False when its revision is no longer the one named. */
export const deleteAccount = (table: Table, tenant: string, id: string, revision: number): Promise<boolean> =>
  holds(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: key(tenant, id),
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      }),
    ),
  );
