/** A file of rules in any of the forms that are read: rules as an owner would write them, and what could not be said. */
import { MailyardError } from '../../errors.ts';
import { parseRule, type RuleInput } from '../rule.ts';
import { importRules } from '../rule-text.ts';
import { importGmail, importMailFilters } from './gmail.ts';
import { importGraph } from './graph.ts';
import type { Imported, Unmapped } from './imported.ts';

/** `yaml` and `json` are ours; the others are Gmail's API, its settings' export, and Microsoft Graph. */
export const RULE_FILE_FORMATS = ['yaml', 'json', 'gmail', 'gmail-xml', 'graph'] as const;
export type RuleFileFormat = (typeof RULE_FILE_FORMATS)[number];

export type RuleFile = {
  readonly format: RuleFileFormat;
  readonly text: string;
  /** Names by the ids that the other system gives its labels and folders. */
  readonly names?: ReadonlyMap<string, string>;
};

export type ReadRules = { readonly rules: readonly RuleInput[]; readonly unmapped: readonly Unmapped[] };

/** Throws `validation.failed`: of our own forms with pointers into the file, of others where they cannot be read at all. */
export const readRuleFile = ({ format, text, names }: RuleFile): ReadRules => {
  if (format === 'yaml' || format === 'json') return { rules: importRules(text, format, OPTIONS), unmapped: [] };
  const { rules, unmapped } = translate(format, text, names);
  const refused: Unmapped[] = [];
  const read = rules.flatMap((rule, n): RuleInput[] => {
    try {
      return [parseRule(rule, OPTIONS)];
    } catch (error) {
      if (!(error instanceof MailyardError)) throw error;
      refused.push(...error.fields.map(({ pointer, detail }) => ({ rule: n, field: pointer, reason: detail })));
      return [];
    }
  });
  return { rules: read, unmapped: [...unmapped, ...refused] };
};

/** Whether an account allows to destroy is looked up before anything is saved. */
const OPTIONS = { mayDestroy: true };

const translate = (
  format: Exclude<RuleFileFormat, 'yaml' | 'json'>,
  text: string,
  names: RuleFile['names'],
): Imported => {
  if (format === 'gmail') return importGmail(text, names);
  return format === 'gmail-xml' ? importMailFilters(text) : importGraph(text, names);
};
