/** Authorizations under way: kept until the person comes back from the provider, once, or until they expire. */
import { createHash } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountSettings } from './accounts.ts';
import { authorizationSk, tenantPk } from './keys.ts';
import type { Table } from './table.ts';

export type PendingAuthorization = {
  readonly provider: string;
  readonly redirectUri: string;
  /** The PKCE verifier, sealed: bound to the tenant and the account. */
  readonly sealedVerifier: string;
  readonly accountId: string;
  /** Of an account that is to be added; absent where one is signed in again. */
  readonly settings?: AccountSettings;
  /** Seconds since 1970; DynamoDB takes it away some time after. */
  readonly expiresAt: number;
};

/** Under the hash of its state: who reads the table cannot come back in the person's place. */
const key = (tenant: string, state: string) => ({
  pk: tenantPk(tenant),
  sk: authorizationSk(createHash('sha256').update(state).digest('base64url')),
});

export const putAuthorization = async (
  { client, name }: Table,
  { tenant, state, ...pending }: PendingAuthorization & { readonly tenant: string; readonly state: string },
): Promise<void> => {
  await client.send(new PutCommand({ TableName: name, Item: { ...pending, ...key(tenant, state) } }));
};

/** Gives it once: whoever asks again, or for another tenant's, gets undefined. */
export const takeAuthorization = async (
  { client, name }: Table,
  { tenant, state }: { readonly tenant: string; readonly state: string },
): Promise<PendingAuthorization | undefined> => {
  const { Attributes } = await client.send(
    new DeleteCommand({ TableName: name, Key: key(tenant, state), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes as PendingAuthorization | undefined;
};
