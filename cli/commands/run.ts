/** `run`: a rule put to the mail that is there already. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { CallAnswer } from '../../shared/api/client.ts';
import { cut, plain } from '../../shared/terminal/plain.ts';
import { acting, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { folderOf } from '../folder-option.ts';
import { accountNamed, allRules, pick } from '../named.ts';
import { oneMore } from '../parse-option.ts';
import { timeText } from '../terminal.ts';

type Options = {
  readonly account?: string;
  readonly folder?: readonly string[];
  readonly also?: readonly string[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
};
type Planned = CallAnswer<'applyRule'>['body'];
type Application = CallAnswer<'getApplication'>['body'];

export const addRunCommand = (program: Command): void => {
  program
    .command('run <rule>')
    .description('put a rule to the mail that is there: shows what it would do, asks, and does exactly that')
    .option('--account <account>', 'whose mail; not needed where there is only one account')
    .option('--folder <folder>', 'this folder in place of those of the rule; more than once', oneMore)
    .option('--also <rule>', 'another rule together with it; more than once', oneMore)
    .option('--dry-run', 'only show what it would do')
    .option('--yes', 'do not ask')
    .action(acting<Options>(run));
};

const run = async (context: Context, [word = '']: readonly string[], options: Options): Promise<void> => {
  const { call, terminal, json } = context;
  const account = await accountNamed(context, options.account);
  const rules = await allRules(context);
  const idOf = (name: string): string => pick('rule', name, rules, (rule) => [rule.name]).id;
  const params = { ruleId: idOf(word) };
  const body = {
    accountId: account.id,
    ...(options.folder === undefined ? {} : { mailboxes: options.folder.map(folderOf) }),
    ...(options.also === undefined ? {} : { alsoRuleIds: options.also.map(idOf) }),
  };
  const planned = (await call('applyRule', { params, body })).body;
  if (!json) show(context, planned);
  if (options.dryRun === true || planned.messages === 0) {
    if (json) terminal.json(planned);
    return;
  }
  await context.consent(`Do this to ${countOf(planned.messages)} of ${account.name}?`, options.yes);
  const { application } = (await call('applyRule', { params, body: { ...body, token: planned.token } })).body;
  if (application === undefined) throw new Failure(EXIT.failed, 'the service did not begin', 'Try it again.');
  const done = await untilDone(context, account.id, application);
  if (json) terminal.json(done);
  else tell(context, done);
  if (done.state !== 'done')
    throw new Failure(EXIT.conflict, `it was ${done.state}: ${done.reason ?? 'a rule was changed'}`);
};

const SUBJECT_CHARS = 40;
const FROM_CHARS = 30;
const countOf = (count: number): string => `${count} ${count === 1 ? 'message' : 'messages'}`;

const show = ({ terminal }: Context, { folders, samples, messages, beyondLimits }: Planned): void => {
  for (const { path, messages: held, matched } of folders) terminal.say(plain(`${path}: ${matched} of ${held}`));
  if (samples.length > 0) {
    terminal.table(
      ['RECEIVED', 'FROM', 'SUBJECT', 'WOULD'],
      samples.map(({ receivedAt, from, subject, wouldDo }) => [
        timeText(receivedAt),
        cut(from, FROM_CHARS),
        cut(subject, SUBJECT_CHARS),
        wouldDo.join(', '),
      ]),
    );
  }
  terminal.say(messages === 0 ? 'It would do nothing.' : `It would act on ${countOf(messages)}.`);
  if (beyondLimits) terminal.say('That is more than the rule may do by itself in one run.');
};

const LOOK_MS = 1_000;

const untilDone = async (context: Context, accountId: string, begun: Application): Promise<Application> => {
  const progress = context.terminal.progress('messages');
  const startedAt = Date.now();
  try {
    for (let now = begun; ; ) {
      const perSecond = now.processed / Math.max(1, (Date.now() - startedAt) / 1_000);
      const left = perSecond > 0 ? { secondsLeft: (now.messages - now.processed) / perSecond } : {};
      progress.update(now.processed, now.messages, { perSecond, ...left });
      if (now.state !== 'running') return now;
      await sleep(LOOK_MS);
      const params = { accountId, applicationId: begun.id };
      now = (await context.call('getApplication', { params })).body;
    }
  } finally {
    progress.stop();
  }
};

const tell = ({ terminal }: Context, { processed, messages, refused, runIds }: Application): void => {
  terminal.say(`Put to ${processed} of ${countOf(messages)}.`);
  if (refused > 0)
    terminal.say(`The mail server would not show ${countOf(refused)} of them: nothing was done to those.`);
  for (const id of runIds) terminal.say(`  undo with: mailyard undo --run ${id}`);
};
