/** `rules`: list, edit, and what the files beside this one add. */
import type { Command } from 'commander';
import { acting, type Context } from '../context.ts';
import { allRules, type Rule } from '../named.ts';

export const addRuleCommands = (program: Command): void => {
  const rules = program.command('rules').description('what is done with which mail');
  rules.command('list').description('list the rules in the order in which they are asked').action(acting(listRules));
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
