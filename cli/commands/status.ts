/** `status`: how the accounts are, and the way out where one is not well. */
import type { Command } from 'commander';
import type { CallAnswer } from '../../shared/api/client.ts';
import { plain } from '../../shared/terminal/plain.ts';
import { acting, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { untilSynced } from '../first-sync.ts';
import { type Account, accountNamed, allAccounts } from '../named.ts';
import { timeText } from '../terminal.ts';

type Health = CallAnswer<'getHealth'>['body'];
type Options = { readonly follow?: boolean };

export const addStatusCommand = (program: Command): void => {
  program
    .command('status [account]')
    .description('how the accounts are, when they are checked next, what is wrong and the way out')
    .option('--follow', 'wait until first syncs are through, with their progress')
    .action(acting<Options>(status));
};

/** One whose owner has to do something; a pause is their own will, and what passes by itself needs nobody. */
const needsOwner = ({ state }: Health): boolean => state === 'reconnectNeeded' || state === 'incomplete';

const status = async (context: Context, [word]: readonly string[], { follow }: Options): Promise<ExitCode> => {
  const { call, terminal, json } = context;
  const accounts = word === undefined ? await allAccounts(context) : [await accountNamed(context, word)];
  if (follow === true) {
    for (const { id, firstSyncAt, state } of accounts) {
      if (firstSyncAt === undefined && state === 'active') await untilSynced({ ...context, json: true }, id);
    }
  }
  const rows: { readonly account: Account; readonly health: Health }[] = [];
  for (const account of accounts) {
    rows.push({ account, health: (await call('getHealth', { params: { accountId: account.id } })).body });
  }
  if (json) terminal.json(rows.map(({ account, health }) => ({ name: account.name, ...health })));
  else if (rows.length === 0) terminal.say('There is no account yet: mailyard accounts add');
  else show(context, rows);
  return rows.some(({ health }) => needsOwner(health)) ? EXIT.unwell : EXIT.done;
};

const show = ({ terminal }: Context, rows: readonly { account: Account; health: Health }[]): void => {
  terminal.table(
    ['NAME', 'STATE', 'LAST CHECK', 'NEXT CHECK', 'FAILURE'],
    rows.map(({ account, health }) => [
      account.name,
      health.state,
      timeText(health.lastCheckedAt),
      timeText(health.nextCheckAt),
      health.failure?.code ?? '-',
    ]),
  );
  for (const { account, health } of rows) {
    if (health.failure === undefined) continue;
    const { title, remedy, at, count } = health.failure;
    terminal.say();
    terminal.say(`${plain(account.name)}: ${title}, since ${timeText(at)}${count > 1 ? `, ${count} times` : ''}`);
    terminal.say(`  ${remedy}`);
  }
};
