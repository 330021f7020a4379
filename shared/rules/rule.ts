/** A rule as an owner writes it, and as it is kept. */
import * as z from 'zod';
import { type FieldProblem, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { actionSchema } from './actions.ts';
import { ruleLimitsSchema } from './breaker.ts';
import { contradictions } from './contradictions.ts';
import { PROBLEMS_MAX } from './field-problems.ts';
import { filterSchema } from './filter.ts';
import { boundsProblem } from './input-bounds.ts';
import { mailboxRefSchema } from './mailbox-ref.ts';
import { failedTests, ruleTestsSchema } from './rule-tests.ts';
import { strictObject } from './strict-object.ts';
import { SUPPORT, type Support, supportProblems } from './support.ts';
import { schemaProblems, treeProblems } from './tree-problems.ts';
import { triggerSchema } from './trigger.ts';

export const RULE_MODES = ['off', 'shadow', 'live'] as const;
export type RuleMode = (typeof RULE_MODES)[number];

const text = (charsMax: number) =>
  z
    .string('must be a text')
    .max(charsMax, `must be at most ${charsMax} characters`)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

const listOf = <Item extends z.ZodType>(item: Item, what: string, max: number, whenEmpty: string) =>
  z.array(item, `must be a list of ${what}`).min(1, whenEmpty).max(max, `must be at most ${max} ${what}`);

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
  /** The rule is not for messages of which these hold. */
  exceptions: filterSchema.optional(),
  actions: listOf(actionSchema, 'actions', LIMITS.actionsPerRuleMax, 'must name at least one action'),
  /** When the rule matches, no rule after it is asked. */
  stopProcessingRules: z.boolean('must be true or false').default(false),
  limits: ruleLimitsSchema.optional(),
  tests: ruleTestsSchema.optional(),
});

export type RuleInput = z.infer<typeof ruleInputSchema>;

/** Why a rule acts on nothing until its owner lets it go on; `at` in milliseconds since 1970. */
export type Paused = { readonly at: number; readonly accountId: string; readonly detail: string };

/** `revision` grows by one with every change of the owner's; times in milliseconds since 1970. */
export type Rule = RuleInput & {
  readonly paused?: Paused;
  readonly id: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type ParseOptions = {
  /** What is carried out where the rule is to run. */
  readonly support?: Support;
  /** The account allows messages to be erased. */
  readonly mayDestroy?: boolean;
};

/**
 * What an owner sent, checked and with its defaults. Throws `validation.failed` with a pointer for each bad field, and for each
 * of the rule's own tests that fails.
 */
export const parseRule = (input: unknown, options: ParseOptions = {}): RuleInput => {
  const bounds = boundsProblem(input);
  if (bounds !== undefined) throw invalid([bounds]);
  const parsed = ruleInputSchema.safeParse(input);
  if (!parsed.success) throw invalid(schemaProblems(input, parsed.error, TREES));
  const problems = ruleProblems(parsed.data, options);
  if (problems.length > 0) throw invalid(problems.slice(0, PROBLEMS_MAX));
  // Only a rule that is right in itself can be tried.
  const failed = failedTests(parsed.data);
  if (failed.length > 0) throw invalid(failed);
  return parsed.data;
};

const TREES = ['conditions', 'exceptions'] as const;

const ruleProblems = (rule: RuleInput, { support = SUPPORT, mayDestroy = false }: ParseOptions): FieldProblem[] => [
  ...treeProblems(rule, TREES),
  ...contradictions(rule.actions),
  ...supportProblems(rule, support),
  ...rule.actions.flatMap(({ type }, index) =>
    type === 'destroy' && !mayDestroy
      ? [{ pointer: `/actions/${index}`, detail: 'must not destroy: the account does not allow it; use trash instead' }]
      : [],
  ),
];

const invalid = (fields: readonly FieldProblem[]): MailyardError => {
  const [first] = fields;
  const where = first === undefined || first.pointer === '' ? 'the rule' : first.pointer;
  return new MailyardError('validation.failed', `${where} ${first?.detail ?? 'is not right'}`, { fields });
};
