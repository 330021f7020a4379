/** A rule as an owner writes it, and as it is kept. */
import * as z from 'zod';
import { type FieldProblem, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { actionSchema } from './actions.ts';
import { contradictions } from './contradictions.ts';
import { fieldProblems, PROBLEMS_MAX } from './field-problems.ts';
import { conditionsOf, type Filter, filterProblems, filterSchema, isOperator } from './filter.ts';
import { boundsProblem } from './input-bounds.ts';
import { mailboxRefSchema } from './mailbox-ref.ts';
import { strictObject } from './strict-object.ts';

export const RULE_MODES = ['off', 'shadow', 'live'] as const;
export type RuleMode = (typeof RULE_MODES)[number];

const text = (charsMax: number) =>
  z
    .string('must be a text')
    .max(charsMax, `must be at most ${charsMax} characters`)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

const listOf = <Item extends z.ZodType>(item: Item, what: string, max: number, whenEmpty: string) =>
  z.array(item, `must be a list of ${what}`).min(1, whenEmpty).max(max, `must be at most ${max} ${what}`);

const triggerSchema = z.discriminatedUnion('type', [strictObject({ type: z.literal('arrived') })], {
  error: () => 'must be {"type": "arrived"}',
});

/** Unknown fields are refused at every level; defaults are filled in. `parseRule` checks what a schema cannot say. */
export const ruleInputSchema = strictObject({
  name: text(LIMITS.nameCharsMax).refine((name) => name.trim() !== '', 'must not be empty'),
  description: text(LIMITS.descriptionCharsMax).optional(),
  mode: z.enum(RULE_MODES, `must be one of ${RULE_MODES.join(', ')}`).default('live'),
  /** Rules run in the order of (sequence, id). */
  sequence: z
    .int('must be a whole number')
    .min(0, 'must not be negative')
    .max(1_000_000, 'must be at most 1000000')
    .default(100),
  accountIds: listOf(
    z.string('must be an account id').min(1, 'must not be empty').max(64, 'must be at most 64 characters'),
    'account ids',
    LIMITS.accountsMax,
    'must name an account; leave it out for all accounts',
  ).optional(),
  /** Where the trigger counts. */
  mailboxes: listOf(
    mailboxRefSchema,
    'mailboxes',
    LIMITS.mailboxesPerRuleMax,
    'must name a mailbox; leave it out for the inbox',
  ).default([{ role: 'inbox' }]),
  trigger: triggerSchema.default({ type: 'arrived' }),
  conditions: filterSchema,
  actions: listOf(actionSchema, 'actions', LIMITS.actionsPerRuleMax, 'must name at least one action'),
  /** When the rule matches, no rule after it is asked. */
  stopProcessingRules: z.boolean('must be true or false').default(false),
});

export type RuleInput = z.infer<typeof ruleInputSchema>;

/** `revision` grows by one with every change; times in milliseconds since 1970. */
export type Rule = RuleInput & {
  readonly id: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What an owner sent, checked and with its defaults. Throws `validation.failed` with a pointer for each bad field. */
export const parseRule = (input: unknown): RuleInput => {
  const bounds = boundsProblem(input);
  if (bounds !== undefined) throw invalid([bounds]);
  const parsed = ruleInputSchema.safeParse(input);
  if (!parsed.success) throw invalid(inputProblems(input, parsed.error));
  const problems = [...treeProblems(parsed.data.conditions), ...contradictions(parsed.data.actions)];
  if (problems.length > 0) throw invalid(problems);
  return parsed.data;
};

const inputProblems = (input: unknown, error: z.ZodError): FieldProblem[] => {
  const problems = fieldProblems(error);
  const others = problems.filter(({ pointer }) => !/^\/conditions(?:\/|$)/.test(pointer));
  if (others.length === problems.length) return problems;
  return [...others, ...filterProblems((input as { conditions?: unknown }).conditions, ['conditions'])].slice(
    0,
    PROBLEMS_MAX,
  );
};

const invalid = (fields: readonly FieldProblem[]): MailyardError => {
  const [first] = fields;
  const where = first === undefined || first.pointer === '' ? 'the rule' : first.pointer;
  return new MailyardError('validation.failed', `${where} ${first?.detail ?? 'is not right'}`, { fields });
};

const treeProblems = (filter: Filter): FieldProblem[] => {
  const pointer = '/conditions';
  const count = conditionsOf(filter).reduce((sum, condition) => sum + Object.keys(condition).length, 0);
  const problems: FieldProblem[] = [];
  if (count > LIMITS.conditionsPerRuleMax) {
    problems.push({ pointer, detail: `must be at most ${LIMITS.conditionsPerRuleMax} conditions; split the rule` });
  }
  if (depthOf(filter) > LIMITS.conditionDepthMax) {
    problems.push({ pointer, detail: `must be nested at most ${LIMITS.conditionDepthMax} deep` });
  }
  return problems;
};

/** Operators above the deepest condition; the whole was bounded before. */
const depthOf = (filter: Filter): number =>
  isOperator(filter) ? 1 + Math.max(0, ...filter.conditions.map(depthOf)) : 0;
