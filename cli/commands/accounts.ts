/** `accounts`: add, test, list, pause, resume, delete. */
import type { Command } from 'commander';
import { LIMITS } from '../../shared/limits.ts';
import { acting, type Context } from '../context.ts';
import { REDIRECT_PORT_DEFAULT } from '../loopback.ts';
import { type Account, accountNamed, allAccounts } from '../named.ts';
import { wholeNumber } from '../parse-option.ts';
import { timeText } from '../terminal.ts';
import { addAccount, testAccount } from './account-add.ts';

const NAME = '[account]';
const NAMED = 'its id, name or address; not needed where there is only one';

export const addAccountCommands = (program: Command): void => {
  const accounts = program.command('accounts').description('mail accounts');
  withServerOptions(accounts.command('add [address]'))
    .description('add a mail account, after a login that worked')
    .option('--name <name>', 'how it is called; the address where absent')
    .option(
      '--poll-seconds <seconds>',
      `how often it is checked: ${LIMITS.pollSecondsAllowed.join(', ')}`,
      wholeNumber(1, 86_400),
    )
    .option('--time-zone <name>', 'for schedules, such as Europe/Berlin')
    .option('--existing', 'put the rules to the mail that is already there, too')
    .option('--allow-destroy', 'let messages be deleted for good')
    .option('--oauth <provider>', 'sign in at google, microsoft or another provider in place of a password')
    .option('--redirect-port <port>', 'where the browser comes back to', wholeNumber(1, 65_535), REDIRECT_PORT_DEFAULT)
    .option('--wait', 'until the first sync is through, with its progress')
    .action(acting(addAccount));
  withServerOptions(accounts.command('test [address]'))
    .description('try a login without keeping anything')
    .action(acting(testAccount));
  accounts.command('list').description('list the accounts with their state').action(acting(listAccounts));
  accounts
    .command(`pause ${NAME}`)
    .description(`leave an account alone until it is resumed (${NAMED})`)
    .action(acting((context, [word]) => change(context, word, 'pauseAccount', 'is paused')));
  accounts
    .command(`resume ${NAME}`)
    .description('look at a paused account again, now and at its turns')
    .action(acting((context, [word]) => change(context, word, 'resumeAccount', 'is looked at again')));
  accounts
    .command('delete <account>')
    .description('forget an account, its credential and all that is known of its mail; the mail itself stays')
    .option('--yes', 'do not ask')
    .action(acting<{ yes?: boolean }>(deleteAccount));
};

const withServerOptions = (command: Command): Command =>
  command
    .option('--host <host>', 'the mail server; found by the address where absent')
    .option('--port <port>', 'its port: 993, or 143 with STARTTLS', wholeNumber(1, 65_535))
    .option('--tls <kind>', 'implicit or starttls')
    .option('--user <user>', 'who signs in there; the address where absent')
    .option('--password-file <file>', 'the password is its first line, or that of stdin with -; else it is asked for')
    .option('--ca <file>', 'a private CA or the certificate itself as PEM, trusted for this account alone')
    .option('--pin <sha256>', 'the SHA-256 of the key or the certificate that the server must show');

const listAccounts = async (context: Context): Promise<void> => {
  const { terminal, json } = context;
  const accounts = await allAccounts(context);
  if (json) return terminal.json(accounts);
  if (accounts.length === 0) return terminal.say('There is no account yet: mailyard accounts add');
  terminal.table(['NAME', 'USER', 'SERVER', 'STATE', 'CHANGED', 'ID'], accounts.map(rowOf));
};

const rowOf = ({ name, user, host, port, state, lastChangedAt, id }: Account): string[] => [
  name,
  user,
  `${host}:${port}`,
  state,
  timeText(lastChangedAt),
  id,
];

const change = async (
  context: Context,
  word: string | undefined,
  operation: 'pauseAccount' | 'resumeAccount',
  outcome: string,
): Promise<void> => {
  const { id, name } = await accountNamed(context, word);
  const { body } = await context.call(operation, { params: { accountId: id } });
  if (context.json) context.terminal.json(body);
  else context.terminal.say(`${name} ${outcome}.`);
};

const deleteAccount = async (
  context: Context,
  [word]: readonly string[],
  { yes }: { readonly yes?: boolean },
): Promise<void> => {
  const { id, name, user, host } = await accountNamed(context, word);
  const params = { accountId: id };
  const { etag = '*' } = await context.call('getAccount', { params });
  await context.consent(`Forget ${name} (${user} on ${host}) and all that is known of its mail?`, yes);
  await context.call('deleteAccount', { params, ifMatch: etag });
  if (context.json) context.terminal.json({ id, deleted: true });
  else context.terminal.say(`${name} is forgotten. Its mail is where it was.`);
};
