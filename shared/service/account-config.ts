/** Settings, rules and the opened credential of an account: kept in the warm worker while the head's configVersion stands. */
import type { NamedList } from '../rules/named-list.ts';
import type { Rule } from '../rules/rule.ts';
import { type Account, readAccount } from '../store/accounts.ts';
import type { AccountRef } from '../store/head.ts';
import { listRules } from '../store/rules.ts';
import type { Credential } from '../vault/credential.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { openCredential } from './open-credential.ts';
import { readLists } from './read-lists.ts';
import { tellsAnybody } from './webhooks/tells-anybody.ts';

export type AccountConfig = {
  readonly account: Account;
  readonly rules: readonly Rule[];
  /** The lists that the rules name. */
  readonly lists: ReadonlyMap<string, NamedList>;
  readonly credential: Credential;
  /** Services of the owner's own listen: what happens is to be told to them. */
  readonly tells: boolean;
};

export type ConfigCache = {
  /** undefined when the account has no settings (any more). */
  readonly read: (ref: AccountRef, configVersion: number) => Promise<AccountConfig | undefined>;
  /** The tokens were refreshed: what is held goes on with the new ones. */
  readonly renew: (ref: AccountRef, credential: Credential) => void;
};

/** Least recently used first out, so that a worker that sees many accounts stays small. */
export const configCache = (deps: Pick<MailboxDeps, 'table' | 'vault'>, entriesMax = 500): ConfigCache => {
  const held = new Map<string, { readonly configVersion: number; readonly config: AccountConfig }>();
  const keyOf = ({ tenant, accountId }: AccountRef): string => JSON.stringify([tenant, accountId]);
  return {
    renew: (ref, credential) => {
      const known = held.get(keyOf(ref));
      if (known !== undefined) held.set(keyOf(ref), { ...known, config: { ...known.config, credential } });
    },
    read: async (ref, configVersion) => {
      const key = keyOf(ref);
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
  deps: Pick<MailboxDeps, 'table' | 'vault'>,
  { tenant, accountId }: AccountRef,
): Promise<AccountConfig | undefined> => {
  const account = await readAccount(deps.table, tenant, accountId);
  if (account === undefined) return undefined;
  const rules = (await listRules(deps.table, tenant)).filter((rule) => rule.accountIds?.includes(accountId) ?? true);
  const lists = await readLists(
    deps.table,
    tenant,
    rules.filter(({ mode }) => mode !== 'off'),
  );
  const tells = await tellsAnybody(deps.table, tenant);
  return { account, rules, lists, tells, credential: await openCredential(deps, account) };
};
