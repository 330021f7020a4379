/** `rules preview`: what a rule would do with mail that is there. */
import type { Command } from 'commander';
import type { CallAnswer } from '../../shared/api/client.ts';
import { LIMITS } from '../../shared/limits.ts';
import type { RuleInput } from '../../shared/rules/rule.ts';
import { importRules } from '../../shared/rules/rule-text.ts';
import { cut, plain } from '../../shared/terminal/plain.ts';
import { whatText } from '../activity-text.ts';
import { acting, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { folderOf } from '../folder-option.ts';
import { accountNamed, allRules, pick } from '../named.ts';
import { readText, wholeNumber } from '../parse-option.ts';
import { inputOf } from '../rule-input.ts';
import { timeText } from '../terminal.ts';

type Options = { readonly file?: string; readonly account?: string; readonly folder: string; readonly last: number };
type Previewed = CallAnswer<'previewRule'>['body']['messages'][number];

export const addPreviewCommand = (rules: Command): void => {
  rules
    .command('preview [rule]')
    .description('show what a rule would do with mail that is there; nothing is changed')
    .option('-f, --file <file>', 'the rule as this file has it (YAML, or JSON by its name; - for stdin)')
    .option('--account <account>', 'whose mail; not needed where there is only one account')
    .option('--folder <folder>', 'a path, or a role such as role:archive', 'role:inbox')
    .option(
      '--last <count>',
      'the newest so many',
      wholeNumber(1, LIMITS.previewMessagesMax),
      LIMITS.previewMessagesDefault,
    )
    .action(acting<Options>(preview));
};

const preview = async (context: Context, [word]: readonly string[], options: Options): Promise<void> => {
  const { terminal, json, call } = context;
  const { id: accountId } = await accountNamed(context, options.account);
  const { rule, ruleId } = await ruleOf(context, word, options.file);
  const mailbox = folderOf(options.folder);
  const body = { accountId, rule, mailbox, last: options.last, ...(ruleId === undefined ? {} : { ruleId }) };
  const answer = (await call('previewRule', { body })).body;
  if (json) return terminal.json(answer);
  const { counts, messages, more, warnings } = answer;
  const shown = messages.filter((message) => message.matched.length > 0 || message.difference !== 'same');
  if (shown.length > 0) {
    terminal.table(['RECEIVED', 'FROM', 'SUBJECT', 'WOULD', 'DIFFERENCE', 'ID'], shown.map(rowOf));
  }
  terminal.say(
    `Of ${messages.length} messages in ${plain(answer.folder)}: ${counts.gained} gained, ${counts.lost} lost, ` +
      `${counts.changed} changed, ${counts.same} the same${more ? '; there are more, see --last' : ''}.`,
  );
  for (const { code, pointer, detail } of warnings)
    terminal.hint(`warning ${code} at ${plain(pointer)}: ${plain(detail)}`);
};

const FROM_CHARS = 30;
const SUBJECT_CHARS = 40;

const rowOf = ({ receivedAt, from, subject, after, difference, id }: Previewed): string[] => [
  timeText(receivedAt),
  cut(from, FROM_CHARS),
  cut(subject, SUBJECT_CHARS),
  after.length === 0 ? 'nothing' : after.map((one) => whatText({ ...one, action: one.action as 'move' })).join(', '),
  difference,
  id,
];

/** The rule to be tried, and the one of the service that it stands for. */
const ruleOf = async (
  context: Context,
  word: string | undefined,
  file: string | undefined,
): Promise<{ readonly rule: RuleInput; readonly ruleId: string | undefined }> => {
  const there = await allRules(context);
  if (file === undefined) {
    if (word === undefined) throw new Failure(EXIT.usage, 'which rule?', 'Name one, or a file of rules with -f.');
    const found = pick('rule', word, there, ({ name }) => [name]);
    return { rule: inputOf(found), ruleId: found.id };
  }
  const format = /\.json$/i.test(file) ? 'json' : 'yaml';
  const written = importRules(readText('--file', file), format, { mayDestroy: true });
  const named = written.filter(({ name }) => word === undefined || name.toLowerCase() === word.toLowerCase());
  const [rule, another] = named;
  const names = written.map(({ name }) => name).join(', ');
  if (rule === undefined) throw new Failure(EXIT.notFound, `${file} has no such rule`, `It has ${names || 'none'}.`);
  if (another !== undefined) throw new Failure(EXIT.usage, `${file} has several rules`, `Name one of ${names}.`);
  return { rule, ruleId: there.find(({ name }) => name === rule.name)?.id };
};
