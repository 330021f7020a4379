/** `rules edit`: one rule in the person's own editor, and `rules resume`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { RuleInput } from '../../shared/rules/rule.ts';
import { ruleChanges } from '../../shared/rules/rule-diff.ts';
import { exportRules, importRules } from '../../shared/rules/rule-text.ts';
import { acting, type Context } from '../context.ts';
import { changeText } from '../difference-text.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure, toldOf } from '../failure.ts';
import { ruleNamed } from '../named.ts';
import { inputOf } from '../rule-input.ts';

export const addRuleEditCommands = (rules: Command): void => {
  rules
    .command('edit <rule>')
    .description('change a rule in $VISUAL or $EDITOR; what was changed is shown before it is saved')
    .option('--yes', 'do not ask')
    .action(acting<{ yes?: boolean }>(editRule));
  rules
    .command('resume <rule>')
    .description('let a rule go on that was paused for reaching too far')
    .action(acting(resumeRule));
};

const resumeRule = async (context: Context, [word = '']: readonly string[]): Promise<void> => {
  const { id, name } = await ruleNamed(context, word);
  const { body } = await context.call('resumeRule', { params: { ruleId: id } });
  if (context.json) context.terminal.json(body);
  else context.terminal.say(`${name} goes on.`);
};

/** A mistake is shown and the editor opened again that often. */
const ATTEMPTS_MAX = 20;

const editRule = async (
  context: Context,
  [word = '']: readonly string[],
  { yes }: { yes?: boolean },
): Promise<void> => {
  const { call, terminal, json } = context;
  const { editor } = context.environment;
  if (editor === undefined) {
    throw new Failure(
      EXIT.usage,
      'neither $VISUAL nor $EDITOR is set',
      'Set one, or use rules export and rules apply.',
    );
  }
  const { id } = await ruleNamed(context, word);
  const params = { ruleId: id };
  const { body: before, etag = '*' } = await call('getRule', { params });
  const folder = mkdtempSync(join(tmpdir(), 'mailyard-rule-'));
  try {
    const file = join(folder, 'rule.yaml');
    writeFileSync(file, exportRules([inputOf(before)], 'yaml'), { mode: 0o600 });
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      openEditor(editor, file);
      const edited = await readEdited(context, file, yes);
      if (edited === undefined) continue;
      const changes = ruleChanges(inputOf(before), edited);
      if (changes.length === 0) return terminal.hint('Nothing was changed.');
      if (!json) for (const change of changes) terminal.say(changeText(change));
      await context.consent('Save this?', yes);
      const { body } = await call('replaceRule', { params, body: edited, ifMatch: etag });
      if (json) terminal.json(body);
      else terminal.say(`${body.name} is saved.`);
      return;
    }
    throw new Failure(EXIT.failed, 'the rule is still not right; nothing was changed');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** undefined when it is not right and its editor wants to try again. */
const readEdited = async (context: Context, file: string, yes: boolean | undefined): Promise<RuleInput | undefined> => {
  try {
    const [rule, another] = importRules(readFileSync(file, 'utf8'), 'yaml', { mayDestroy: true });
    if (rule !== undefined && another === undefined) return rule;
    throw new Failure(EXIT.failed, 'the file must hold this one rule');
  } catch (error) {
    if (!context.terminal.isInteractive) throw error;
    const { message, errors = [] } = toldOf(error);
    context.terminal.hint([message, ...errors.map(({ pointer, detail }) => `  ${pointer}: ${detail}`)].join('\n'));
    await context.consent('Edit it again?', yes);
    return undefined;
  }
};

/** As git does it: the shell takes the words of the setting apart. */
const openEditor = (editor: string, file: string): void => {
  const { status } = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  if (status !== 0) throw new Failure(EXIT.failed, `${editor} ended with ${status}; nothing was changed`);
};
