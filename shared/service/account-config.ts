/** Settings, rules and the opened credential of an account: kept in the warm worker while the head's configVersion stands. */
import type { Rule } from '../rules/rule.ts';
import { type Account, readAccount } from '../store/accounts.ts';
import type { AccountRef } from '../store/head.ts';
import { listRules } from '../store/rules.ts';
import type { Credential } from '../vault/credential.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

export type AccountConfig = {
  readonly account: Account;
  readonly rules: readonly Rule[];
  readonly credential: Credential;
};

export type ConfigCache = {
  /** undefined when the account has no settings (any more). */
  readonly read: (ref: AccountRef, configVersion: number) => Promise<AccountConfig | undefined>;
};

/** Least recently used first out, so that a worker that sees many accounts stays small. */
export const configCache = (deps: Pick<MailboxDeps, 'table' | 'vault'>, entriesMax = 500): ConfigCache => {
  const held = new Map<string, { readonly configVersion: number; readonly config: AccountConfig }>();
  return {
    read: async (ref, configVersion) => {
      const key = JSON.stringify([ref.tenant, ref.accountId]);
      const known = held.get(key);
      held.delete(key);
      if (known?.configVersion === configVersion) {
        held.set(key, known);
        return known.config;
      }
      const config = await readConfig(deps, ref);
      if (config === undefined) return undefined;
      held.set(key, { configVersion, config });
      const [oldest] = held.keys();
      if (held.size > entriesMax && oldest !== undefined) held.delete(oldest);
      return config;
    },
  };
};

/** Read anew; undefined when the account has no settings (any more). */
export const readConfig = async (
  { table, vault }: Pick<MailboxDeps, 'table' | 'vault'>,
  { tenant, accountId }: AccountRef,
): Promise<AccountConfig | undefined> => {
  const account = await readAccount(table, tenant, accountId);
  if (account === undefined) return undefined;
  const rules = (await listRules(table, tenant)).filter((rule) => rule.accountIds?.includes(accountId) ?? true);
  return { account, rules, credential: await vault.open(account.credential, { tenant, accountId }) };
};
