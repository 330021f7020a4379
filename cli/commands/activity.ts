/** `activity` and `undo`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { parseActivityId } from '../../shared/api/activity-id.ts';
import type { CallAnswer } from '../../shared/api/client.ts';
import { LIMITS } from '../../shared/limits.ts';
import { type ActivityEntry, byWhom, countText, whatText } from '../activity-text.ts';
import { acting, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { type Account, accountNamed, allAccounts, ruleNamed } from '../named.ts';
import { duration, wholeNumber } from '../parse-option.ts';
import { newOnes } from '../seen-entries.ts';
import { timeText } from '../terminal.ts';

type ActivityOptions = { readonly follow?: boolean; readonly limit: number; readonly every: number };
type UndoOptions = {
  readonly run?: string;
  readonly rule?: string;
  readonly since: number;
  readonly account?: string;
};

const LIMIT_DEFAULT = 20;

export const addActivityCommands = (program: Command): void => {
  program
    .command('activity [account]')
    .description('what was done, by which rule, and what can be undone; of all accounts where none is named')
    .option('--follow', 'go on with what is done from now on, until Ctrl-C')
    .option('--limit <count>', 'the newest so many', wholeNumber(1, LIMITS.pageSizeMax), LIMIT_DEFAULT)
    .option('--every <seconds>', 'with --follow: how often it is looked', wholeNumber(1, 3_600), 2)
    .action(acting<ActivityOptions>(activity));
  program
    .command('undo [activity...]')
    .description('undo entries of the activity, a whole run, or what a rule did of late')
    .option('--run <id>', 'a whole run, with --account where there are several')
    .option('--rule <rule>', 'what this rule did of late, with --account where there are several')
    .option('--since <time>', 'with --rule: how far back, such as 30min, 2h or 1d', duration, LIMITS.undoSecondsDefault)
    .option('--account <account>', 'the account of --run or --rule')
    .action(acting<UndoOptions>(undo));
};

const activity = async (context: Context, [word]: readonly string[], options: ActivityOptions): Promise<void> => {
  const accounts = word === undefined ? await allAccounts(context) : [await accountNamed(context, word)];
  const nameOf = (id: string): string => accounts.find((account) => account.id === id)?.name ?? id;
  const { terminal, json } = context;
  if (options.follow === true) return await follow(context, { accounts, options, nameOf });
  const entries = await newest(context, accounts, options.limit);
  if (json) return terminal.json(entries);
  if (entries.length === 0) return terminal.say('Nothing was done yet.');
  terminal.table(
    ['AT', 'ACCOUNT', 'WHAT', 'MESSAGES', 'FROM', 'BY', 'STATE', 'ID'],
    entries.map((entry) => [
      timeText(entry.at),
      nameOf(entry.accountId),
      whatText(entry),
      String(entry.messageCount),
      entry.from,
      byWhom(entry),
      entry.state,
      entry.id,
    ]),
  );
};

/** Newest first, over all accounts. */
const newest = async ({ call }: Context, accounts: readonly Account[], limit: number): Promise<ActivityEntry[]> => {
  const all: ActivityEntry[] = [];
  for (const { id } of accounts) {
    all.push(...(await call('listActivity', { params: { accountId: id }, query: { limit } })).body.activity);
  }
  return all.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, limit);
};

type Following = {
  readonly accounts: readonly Account[];
  readonly options: ActivityOptions;
  readonly nameOf: (id: string) => string;
};

/** What is still on its way is told when it is through. */
const isSettled = ({ state }: ActivityEntry): boolean => state !== 'planned' && state !== 'sent';

/** Two lines for each entry, and again when it has become another. */
const follow = async (context: Context, { accounts, options, nameOf }: Following): Promise<void> => {
  const { terminal, json } = context;
  const show = (entry: ActivityEntry): void => {
    if (json) {
      terminal.json(entry);
      return;
    }
    const who = accounts.length > 1 ? `  ${nameOf(entry.accountId)}` : '';
    terminal.say(
      `${timeText(entry.at)}${who}  ${whatText(entry)}  ${countText(entry)}  ${byWhom(entry)}  ${entry.state}`,
    );
    terminal.say(`  undo with: mailyard undo ${entry.id}`);
  };
  const seen = new Map<string, string>();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  for (let first = true; !stop.signal.aborted; first = false) {
    const found = newOnes(seen, (await newest(context, accounts, LIMITS.pageSizeMax)).filter(isSettled));
    for (const entry of first ? found.slice(-options.limit) : found) show(entry);
    await sleep(options.every * 1_000, undefined, { signal: stop.signal }).catch(() => undefined);
  }
};

const undo = async (context: Context, ids: readonly string[], options: UndoOptions): Promise<void> => {
  const { run, rule } = options;
  const ways = [ids.length > 0, run !== undefined, rule !== undefined].filter((given) => given).length;
  if (ways !== 1) throw new Failure(EXIT.usage, 'undo takes ids of the activity, or --run, or --rule');
  const bad = ids.find((id) => parseActivityId(id) === undefined);
  if (bad !== undefined) {
    throw new Failure(EXIT.usage, `${bad} is no id of the activity`, 'mailyard activity shows them.');
  }
  const { call } = context;
  for (const activityId of ids) tell(context, (await call('undoActivity', { params: { activityId } })).body);
  if (ids.length > 0) return;
  const { id: accountId } = await accountNamed(context, options.account);
  const body =
    run === undefined
      ? { ruleId: (await ruleNamed(context, rule ?? '')).id, sinceSeconds: options.since }
      : { runId: run };
  tell(context, (await call('undoMany', { params: { accountId }, body })).body);
};

const tell = ({ terminal, json }: Context, undone: CallAnswer<'undoMany'>['body']): void => {
  if (json) {
    terminal.json(undone);
    return;
  }
  const { activity: entries, impossible = [] } = undone;
  if (entries.length === 0 && impossible.length === 0) terminal.say('There was nothing to undo.');
  for (const entry of entries) {
    const skipped =
      entry.skipped === undefined ? '' : `; ${entry.skipped.messages.length} left alone: ${entry.skipped.reason}`;
    terminal.say(`${whatText(entry)}  ${countText(entry)}  ${entry.reason ?? entry.state}${skipped}`);
  }
  for (const { reason } of impossible) terminal.say(`not possible: ${reason}`);
};
