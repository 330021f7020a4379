/** What an owner sends to see what a rule would do. */
import * as z from 'zod';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { filterProblems, filterSchema } from '../rules/filter.ts';
import { boundsProblem } from '../rules/input-bounds.ts';
import { mailboxRefSchema } from '../rules/mailbox-ref.ts';
import { parseRule, ruleInputSchema } from '../rules/rule.ts';
import { strictObject } from '../rules/strict-object.ts';
import { bodyOf } from './parse-body.ts';

const last = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(LIMITS.previewMessagesMax, `must be at most ${LIMITS.previewMessagesMax}`)
  .default(LIMITS.previewMessagesDefault);

const shape = {
  accountId: z.string('must be an account id').min(1, 'must not be empty').max(64, 'must be at most 64 characters'),
  ruleId: z
    .string('must be a rule id')
    .min(1, 'must not be empty')
    .max(64, 'must be at most 64 characters')
    .optional()
    .describe('The rule that it would replace; left out, it would be a new one'),
  mailbox: mailboxRefSchema.default({ role: 'inbox' }),
  last: last.describe('The newest so many of the folder, or of what `search` finds'),
};

const outer = bodyOf(strictObject({ ...shape, rule: z.unknown(), search: z.unknown().optional() }));

export const previewBody = {
  schema: strictObject({
    ...shape,
    rule: ruleInputSchema,
    search: filterSchema.optional().describe('Only messages of which these conditions hold'),
  }).meta({ id: 'PreviewBody' }),
  parse: (input: unknown) => {
    const { rule, search, ...wanted } = outer.parse(input);
    return {
      ...wanted,
      rule: below('/rule', () => parseRule(rule, { mayDestroy: true })),
      ...(search === undefined ? {} : { search: parseSearch(search) }),
    };
  },
};

const parseSearch = (search: unknown) => {
  const bounds = boundsProblem(search);
  const parsed = bounds === undefined ? filterSchema.safeParse(search) : undefined;
  if (parsed?.success === true) return parsed.data;
  const fields = bounds === undefined ? filterProblems(search, []) : [bounds];
  return below('/search', () => {
    throw new MailyardError('validation.failed', `the search ${fields[0]?.detail ?? 'is not right'}`, { fields });
  });
};

/** Pointers begin where the value stands in the body. */
const below = <Result>(above: string, parse: () => Result): Result => {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MailyardError)) throw error;
    const fields = error.fields.map(({ pointer, detail }) => ({ pointer: `${above}${pointer}`, detail }));
    throw new MailyardError(error.code, error.message, { fields });
  }
};
