/** `mailyard`: the service from the command line. */
import { Command, CommanderError } from 'commander';
import { plain } from '../shared/terminal/plain.ts';
import { addAccountCommands } from './commands/accounts.ts';
import { addActivityCommands } from './commands/activity.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addLoginCommands } from './commands/login.ts';
import { addOpenCommand } from './commands/open.ts';
import { addRuleCommands } from './commands/rules.ts';
import { addRunCommand } from './commands/run.ts';
import { addStatusCommand } from './commands/status.ts';
import { EXIT } from './exit-codes.ts';
import { type Told, toldOf } from './failure.ts';

const EXIT_HELP = `
Exit codes: 0 done, 1 could not be done, 2 the command line is not right, 3 no login or one that may not do this,
4 no such thing, 5 changed by somebody else meanwhile, 6 cannot be reached for now, 7 an account needs its owner.
docs/cli.md has an example of everything.`;

const programOf = (): Command => {
  const program = new Command('mailyard')
    .description('Mail filed, flagged and drafted by rules: accounts, rules, and what they did')
    .option('--profile <name>', 'which login is used, for several services', 'default')
    .option('--json', 'answers for programs: one JSON value a line, on stdout; failures on stderr')
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText('after', EXIT_HELP);
  const groups = [
    addLoginCommands,
    addAccountCommands,
    addRuleCommands,
    addActivityCommands,
    addExplainCommand,
    addRunCommand,
    addStatusCommand,
    addOpenCommand,
  ];
  for (const add of groups) add(program);
  return program;
};

/** A failure in words, or with --json as one object. */
const tell = (told: Told, json: boolean): void => {
  const { exit, message, remedy, errors = [], request, type } = told;
  if (json) {
    const fields = { message, ...(remedy === undefined ? {} : { remedy }), ...(type === undefined ? {} : { type }) };
    const error = { exit, ...fields, ...(request === undefined ? {} : { request }), errors };
    process.stderr.write(`${JSON.stringify({ error })}\n`);
    return;
  }
  // A service's words are words of others; a stack has lines of its own.
  const lines = [
    `mailyard: ${message.split('\n').map(plain).join('\n  ')}`,
    ...errors.map(({ pointer, detail }) => `  ${plain(pointer)}: ${plain(detail)}`),
    ...(remedy === undefined ? [] : [`  ${plain(remedy)}`]),
    ...(request === undefined ? [] : [`  request ${plain(request)}`]),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
};

/** Whoever reads our output may stop reading (`| head`). */
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

const args = process.argv.slice(2);
try {
  await programOf().parseAsync(args, { from: 'user' });
} catch (error) {
  const told = toldOf(error);
  process.exitCode = told.exit;
  const isHelp = error instanceof CommanderError && (told.exit === EXIT.done || error.code === 'commander.help');
  if (!isHelp) tell(told, args.includes('--json'));
}
