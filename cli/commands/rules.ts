/** `rules`: what there is of them in the service; files of rules and trying out are beside this one. */
import type { Command } from 'commander';
import { acting, type Context } from '../context.ts';
import { allRules, type Rule } from '../named.ts';
import { addRuleEditCommands } from './rules-edit.ts';
import { addRuleFileCommands } from './rules-file.ts';
import { addPreviewCommand } from './rules-preview.ts';
import { addRestoreCommand } from './rules-restore.ts';

export const addRuleCommands = (program: Command): void => {
  const rules = program.command('rules').description('what is done with which mail');
  rules.command('list').description('list the rules in the order in which they are asked').action(acting(listRules));
  addRuleEditCommands(rules);
  addRuleFileCommands(rules);
  addPreviewCommand(rules);
  addRestoreCommand(rules);
};

const listRules = async (context: Context): Promise<void> => {
  const { terminal, json } = context;
  const rules = await allRules(context);
  if (json) return terminal.json(rules);
  if (rules.length === 0) return terminal.say('There is no rule yet: mailyard rules apply -f rules.yaml');
  terminal.table(
    ['SEQUENCE', 'NAME', 'MODE', 'ACTIONS', 'ID'],
    rules.map((rule) => [String(rule.sequence), rule.name, modeOf(rule), actionsOf(rule), rule.id]),
  );
};

const modeOf = ({ mode, paused }: Rule): string => (paused === undefined ? mode : 'paused');
const actionsOf = ({ actions }: Rule): string => actions.map(({ type }) => type).join(', ');
