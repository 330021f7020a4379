/** `explain`: why rules match a message, or do not. */
import type { Command } from 'commander';
import { parseMessageId } from '../../shared/mail/message.ts';
import { plain } from '../../shared/terminal/plain.ts';
import { whatText } from '../activity-text.ts';
import { acting, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { ruleNamed } from '../named.ts';

type Options = { readonly rule?: string };

export const addExplainCommand = (program: Command): void => {
  program
    .command('explain <message>')
    .description('tell of a message why rules match it or do not, condition by condition')
    .option('--rule <rule>', 'of this rule alone')
    .action(acting<Options>(explain));
};

const explain = async (context: Context, [messageId = '']: readonly string[], options: Options): Promise<void> => {
  const { call, terminal, json } = context;
  const key = parseMessageId(messageId);
  if (key === undefined) {
    const way = 'mailyard rules preview shows ids of messages, as do activity --json and the API.';
    throw new Failure(EXIT.usage, `${messageId} is no id of a message`, way);
  }
  const rule = options.rule === undefined ? undefined : (await ruleNamed(context, options.rule)).id;
  const params = { accountId: key.accountId, messageId };
  const { body } = await call('explainMessage', { params, query: { rule } });
  if (json) return terminal.json(body);
  for (const { ruleName, mode, asked, whyNot = '', matched, conditions } of body.rules) {
    const verdict = asked ? (matched ? 'matches' : 'does not match') : `is not asked: ${whyNot}`;
    terminal.say(`${plain(ruleName)} (${mode}) ${plain(verdict)}`);
    for (const { pointer, condition, verdict: held, why } of conditions) {
      terminal.say(`  ${WORDS[held]}  ${plain(condition)}: ${plain(why)}  ${plain(pointer)}`);
    }
  }
  const would = body.wouldDo.map((one) => whatText({ ...one, action: one.action as 'move' }));
  terminal.say(would.length === 0 ? 'Nothing would be done.' : `It would: ${would.join(', ')}`);
  for (const { reason, detail } of body.problems) terminal.say(`not possible: ${plain(reason)}: ${plain(detail)}`);
};

const WORDS = { true: 'yes', false: 'no ', notEvaluated: ' - ' } as const;
