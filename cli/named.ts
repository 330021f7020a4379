/** Accounts and rules as people call them: by id, or by a name that only one of them has. */
import type { CallAnswer } from '../shared/api/client.ts';
import { allPages } from './all-pages.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

export type Account = CallAnswer<'listAccounts'>['body']['accounts'][number];
export type Rule = CallAnswer<'listRules'>['body']['rules'][number];

/** By their names. */
export const allAccounts = async ({ call }: Context): Promise<Account[]> => {
  const accounts = await allPages(
    (query) => call('listAccounts', { query }),
    (body) => body.accounts,
  );
  return accounts.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
};

/** In the order in which they are asked. */
export const allRules = async ({ call }: Context): Promise<Rule[]> => {
  const rules = await allPages(
    (query) => call('listRules', { query }),
    (body) => body.rules,
  );
  return rules.sort((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));
};

/** Without a word the only account there is. */
export const accountNamed = async (context: Context, word: string | undefined): Promise<Account> => {
  const accounts = await allAccounts(context);
  if (word !== undefined) {
    return pick('account', word, accounts, ({ id, name, address, user }) => [id, name, address, user]);
  }
  const [only, another] = accounts;
  if (only === undefined) throw new Failure(EXIT.notFound, 'there is no account', 'Add one: mailyard accounts add');
  if (another !== undefined)
    throw new Failure(EXIT.usage, 'there are several accounts', `Name one of ${namesOf(accounts)}.`);
  return only;
};

export const ruleNamed = async (context: Context, word: string): Promise<Rule> =>
  pick('rule', word, await allRules(context), ({ id, name }) => [id, name]);

type Named = { readonly id: string; readonly name: string };

/** Throws Failure for a word that fits none, or several. An id fits before any name. */
export const pick = <One extends Named>(
  kind: string,
  word: string,
  all: readonly One[],
  wordsOf: (one: One) => readonly string[],
): One => {
  const byId = all.find(({ id }) => id === word);
  if (byId !== undefined) return byId;
  const wanted = word.toLowerCase();
  const fitting = all.filter((one) => wordsOf(one).some((name) => name.toLowerCase() === wanted));
  const [only, another] = fitting;
  if (only === undefined) {
    const there = all.length === 0 ? 'There is none yet.' : `There are ${namesOf(all)}.`;
    throw new Failure(EXIT.notFound, `there is no ${kind} ${word}`, there);
  }
  if (another !== undefined) {
    throw new Failure(EXIT.usage, `${word} names several`, `Use an id: ${fitting.map(({ id }) => id).join(', ')}.`);
  }
  return only;
};

const NAMES_SHOWN = 10;
const namesOf = (all: readonly Named[]): string => {
  const shown = all.slice(0, NAMES_SHOWN).map(({ name }) => name);
  return `${shown.join(', ')}${all.length > NAMES_SHOWN ? ' and others' : ''}`;
};
