/** Rules as a file that people keep: YAML or JSON. What is exported comes back the same. */
import { parse, stringify } from 'yaml';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { asWritten } from './as-written.ts';
import { type ParseOptions, parseRule, type RuleInput } from './rule.ts';

export type RuleFormat = 'yaml' | 'json';

/** What the owner wrote, without what the service keeps beside it. */
export const exportRules = (rules: readonly RuleInput[], format: RuleFormat): string => {
  const written = { rules: rules.map(asWritten) };
  return format === 'json'
    ? `${JSON.stringify(written, null, 2)}\n`
    : stringify(written, { aliasDuplicateObjects: false });
};

/** Throws `validation.failed`, with pointers that begin with the rule's place in the file. */
export const importRules = (text: string, format: RuleFormat, options: ParseOptions = {}): RuleInput[] => {
  if (Buffer.byteLength(text) > LIMITS.importBytesMax)
    throw invalid('', `must be at most ${LIMITS.importBytesMax} bytes`);
  const read = readText(text, format);
  const list = typeof read === 'object' && read !== null && 'rules' in read ? read.rules : undefined;
  if (!Array.isArray(list)) throw invalid('/rules', 'must be a list of rules');
  if (list.length > LIMITS.importRulesMax) throw invalid('/rules', `must be at most ${LIMITS.importRulesMax} rules`);
  return list.map((rule, n) => {
    try {
      return parseRule(rule, options);
    } catch (error) {
      if (!(error instanceof MailyardError)) throw error;
      const fields = error.fields.map(({ pointer, detail }) => ({ pointer: `/rules/${n}${pointer}`, detail }));
      throw new MailyardError('validation.failed', `rule ${n + 1}: ${error.message}`, { fields });
    }
  });
};

const readText = (text: string, format: RuleFormat): unknown => {
  try {
    // Aliases could make a small file a huge one.
    return format === 'json' ? JSON.parse(text) : parse(text, { maxAliasCount: 0, schema: 'core' });
  } catch (error) {
    throw invalid(
      '',
      `is no ${format.toUpperCase()}: ${error instanceof Error ? error.message.split('\n')[0]?.slice(0, 200) : ''}`,
    );
  }
};

const invalid = (pointer: string, detail: string): MailyardError =>
  new MailyardError('validation.failed', `the file ${detail}`, { fields: [{ pointer, detail }] });
