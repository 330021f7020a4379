/** Accounts as their owner wrote them, with the sealed credential. */
import type { FolderRoles } from '../mail/folder.ts';
import { accountSk } from './keys.ts';
import { NEW, ofRevision, ownedItems, type PageOptions } from './owned.ts';
import type { Table } from './table.ts';

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

const accounts = ownedItems<Account>(accountSk);

/** False when an account of that id is there already. */
export const putNewAccount = (table: Table, account: Account): Promise<boolean> =>
  accounts.put(table, account.tenant, account.id, account, NEW);

/**
 * False when the stored revision is not the one before `account.revision`; with `credential: 'kept'` also when the credential
 * is no longer the one that `account` was read with, as a token may have been refreshed meanwhile.
 */
export const replaceAccount = (
  table: Table,
  account: Account,
  { credential }: { readonly credential: 'kept' | 'new' } = { credential: 'kept' },
): Promise<boolean> => {
  const before = ofRevision(account.revision - 1);
  const kept = {
    when: `${before.when} AND credential = :kept`,
    values: { ...before.values, ':kept': account.credential },
  };
  return accounts.put(table, account.tenant, account.id, account, credential === 'new' ? before : kept);
};

/** Another credential and nothing else: no revision, as the owner wrote nothing. False when it is no longer `account`'s. */
export const replaceCredential = (
  table: Table,
  { tenant, id, credential }: Pick<Account, 'tenant' | 'id' | 'credential'>,
  sealed: string,
): Promise<boolean> =>
  accounts.update(table, tenant, id, 'SET credential = :sealed', {
    when: 'credential = :before',
    values: { ':sealed': sealed, ':before': credential },
  });

export const readAccount = accounts.read;

export const listAccounts = accounts.list;

/** One page, in order of id. */
export const pageOfAccounts = async (
  table: Table,
  tenant: string,
  options: PageOptions,
): Promise<{ accounts: Account[]; more: boolean }> => {
  const { items, more } = await accounts.page(table, tenant, options);
  return { accounts: items, more };
};

/** False when its revision is no longer the one named. */
export const deleteAccount = accounts.remove;
