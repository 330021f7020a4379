/** What IAM decides: a call against the statements of a policy. Knows the operators that this stack uses; another one throws. */
import { statementsIn } from '../template/find-broken-promises.ts';
import { isRecord, type Json } from '../template/template.ts';

/** One thing that is done to one resource. */
export type Call = {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** Its ARN. */
  readonly resource: string;
  /** Condition keys: `dynamodb:LeadingKeys`, `kms:EncryptionContext:purpose`. */
  readonly context: Readonly<Record<string, readonly string[]>>;
};

export type Statement = {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

export type Decision = {
  readonly allowed: boolean;
  /** Positions of the statements that allow it. */
  readonly by: readonly number[];
};

export const statementsOf = (document: Json): Statement[] =>
  statementsIn(document).map((one) => ({
    effect: String(one['Effect']),
    actions: texts(one['Action']),
    resources: texts(one['Resource']),
    conditions: isRecord(one['Condition'])
      ? Object.fromEntries(Object.entries(one['Condition']).map(([operator, keys]) => [operator, textsByKey(keys)]))
      : {},
  }));

const texts = (value: Json | undefined): string[] => [value ?? []].flat().map(String);
const textsByKey = (keys: Json): Record<string, string[]> =>
  isRecord(keys) ? Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, texts(value)])) : {};

/** A refusal that is written down wins; without a permission nothing is allowed. */
export const decide = (statements: readonly Statement[], call: Call): Decision => {
  const fitting = statements.flatMap((statement, i) => (fits(statement, call) ? [i] : []));
  const denied = fitting.some((i) => statements[i]?.effect === 'Deny');
  const by = fitting.filter((i) => statements[i]?.effect === 'Allow');
  return { allowed: !denied && by.length > 0, by };
};

const fits = ({ actions, resources, conditions }: Statement, call: Call): boolean =>
  // Actions are compared without regard to case, ARNs with it.
  actions.some((pattern) => isLike(call.action.toLowerCase(), pattern.toLowerCase())) &&
  resources.some((pattern) => isLike(call.resource, pattern)) &&
  Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, call.context[key], wanted)),
  );

const COMPARE: Readonly<Record<string, (value: string, pattern: string) => boolean>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringLike: (value, pattern) => isLike(value, pattern),
  ArnEquals: (value, pattern) => isLike(value, pattern),
  ArnLike: (value, pattern) => isLike(value, pattern),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
};

const holds = (operator: string, values: readonly string[] | undefined, wanted: readonly string[]): boolean => {
  const [, quantifier, name = ''] = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/.exec(operator) ?? [];
  const compare = COMPARE[name];
  if (compare === undefined) throw new Error(`the rehearsal does not know the condition ${operator}`);
  const isOneOf = (value: string): boolean => wanted.some((pattern) => compare(value, pattern));
  // A key that is not there satisfies ForAllValues and nothing else.
  if (quantifier === 'ForAllValues') return (values ?? []).every(isOneOf);
  return values?.some(isOneOf) ?? false;
};

/** `*` for any text, `?` for one character; all else stands for itself. */
export const isLike = (value: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
  ).test(value);
