/** `rules apply`, `import` and `export`: rules as files. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Option } from 'commander';
import { acting, type Context } from '../context.ts';
import { differenceLines, isEmpty } from '../difference-text.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { readText } from '../parse-option.ts';

const FORMATS = ['yaml', 'json', 'gmail', 'gmail-xml', 'graph'] as const;
type Format = (typeof FORMATS)[number];
type FileOptions = {
  readonly file: string;
  readonly format?: Format;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
};
type ExportOptions = { readonly output?: string; readonly format: 'yaml' | 'json' };

export const addRuleFileCommands = (rules: Command): void => {
  rules
    .command('apply')
    .description('make the rules what a file says: shows the difference, asks, and changes nothing the second time')
    .requiredOption('-f, --file <file>', 'YAML, or JSON by its name; - for stdin')
    .option('--dry-run', 'only show the difference')
    .option('--yes', 'do not ask')
    .action(acting<FileOptions>((context, _args, options) => bring(context, options, 'replace')));
  rules
    .command('import')
    .description('add the rules of a file, of Gmail or of Microsoft Graph, beside those that are there')
    .requiredOption('-f, --file <file>', '- for stdin')
    .addOption(new Option('--format <format>', 'by the file’s name where absent').choices(FORMATS))
    .option('--dry-run', 'only show what would be added')
    .option('--yes', 'do not ask')
    .action(acting<FileOptions>((context, _args, options) => bring(context, options, 'add')));
  rules
    .command('export')
    .description('write all rules as a file')
    .option('-o, --output <file>', 'stdout where absent')
    .addOption(new Option('--format <format>').choices(['yaml', 'json']).default('yaml'))
    .action(acting<ExportOptions>(exportRules));
};

const formatOf = ({ file, format }: FileOptions): Format => {
  if (format !== undefined) return format;
  if (/\.xml$/i.test(file)) return 'gmail-xml';
  return /\.json$/i.test(file) ? 'json' : 'yaml';
};

const bring = async (context: Context, options: FileOptions, mode: 'add' | 'replace'): Promise<void> => {
  const { call, terminal, json } = context;
  const text = readText('--file', options.file);
  // The standard input cannot be both the file and the person's answer.
  if (options.file === '-' && options.yes !== true && options.dryRun !== true) {
    throw new Failure(EXIT.usage, 'the file comes from stdin, so nobody can be asked', 'Give --yes or --dry-run.');
  }
  const file = { format: formatOf(options), text, mode };
  const planned = (await call('importRules', { body: { ...file, dryRun: true } })).body;
  const nothing = isEmpty(planned);
  if (!json) for (const line of differenceLines(planned)) terminal.say(line);
  if (options.dryRun === true || nothing) {
    if (json) terminal.json(planned);
    else if (nothing) terminal.say('Nothing to do.');
    return;
  }
  await context.consent('Do this?', options.yes);
  // What was shown is what is done: rules that others changed meanwhile are not overwritten.
  const body = { ...file, ifState: planned.state };
  const done = (await call('importRules', { body, idempotencyKey: randomUUID() })).body;
  if (json) return terminal.json(done);
  const { created, changed, removed } = done;
  terminal.say(`Done: ${created.length} added, ${changed.length} changed, ${removed.length} removed.`);
};

const exportRules = async (
  { call, terminal, json }: Context,
  _args: unknown,
  options: ExportOptions,
): Promise<void> => {
  const { body } = await call('exportRules', { query: { format: options.format } });
  if (options.output === undefined) {
    if (json) terminal.json(body);
    else process.stdout.write(body.text);
    return;
  }
  writeFileSync(options.output, body.text);
  if (json) terminal.json({ file: options.output, state: body.state });
  else terminal.say(`Written to ${options.output}`);
};
