/** What an owner sends to have messages searched: JMAP's filter (RFC 8621 section 4.4.1), with the conditions that rules have. */
import * as z from 'zod';
import { type FieldProblem, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Filter, filterSchema } from '../rules/filter.ts';
import { boundsProblem } from '../rules/input-bounds.ts';
import { strictObject } from '../rules/strict-object.ts';
import { SUPPORT } from '../rules/support.ts';
import { schemaProblems, treeProblems } from '../rules/tree-problems.ts';
import { walkFilter } from '../rules/walk-conditions.ts';

const limitProblem = `must be a whole number from 1 to ${LIMITS.pageSizeMax}`;

const searchSchema = strictObject({
  filter: filterSchema,
  limit: z
    .int(limitProblem)
    .min(1, limitProblem)
    .max(LIMITS.pageSizeMax, limitProblem)
    .default(LIMITS.pageSizeDefault)
    .describe('Messages of one answer at most; it may hold fewer and still have a cursor'),
  cursor: z
    .string('must be a text')
    .max(LIMITS.cursorCharsMax, `must be at most ${LIMITS.cursorCharsMax} characters`)
    .optional()
    .describe('`nextCursor` of the page before, with the same filter'),
});

const TREES = ['filter'] as const;

export const SEARCH_BODY = {
  schema: searchSchema,
  /** Throws `validation.failed` with a pointer for each bad field. */
  parse: (input: unknown): z.output<typeof searchSchema> => {
    const bounds = boundsProblem(input);
    if (bounds !== undefined) throw invalid([bounds]);
    const parsed = searchSchema.safeParse(input);
    if (!parsed.success) throw invalid(schemaProblems(input, parsed.error, TREES));
    const problems = [...treeProblems(parsed.data, TREES), ...unanswerable(parsed.data.filter)];
    if (problems.length > 0) throw invalid(problems);
    return parsed.data;
  },
};

/** Conditions about more than the message, or that somebody else answers. */
const RULES_ALONE: ReadonlySet<string> = new Set(['duplicate', 'function']);

const unanswerable = (filter: Filter): FieldProblem[] =>
  [...walkFilter(filter, TREES)].flatMap(({ pointer, name, value }) => {
    const detail = RULES_ALONE.has(name)
      ? 'is for rules alone; search without it'
      : SUPPORT.missingConditions.get(name)?.(value);
    return detail === undefined ? [] : [{ pointer, detail }];
  });

const invalid = (fields: readonly FieldProblem[]): MailyardError => {
  const [first] = fields;
  const where = first === undefined || first.pointer === '' ? 'the search' : first.pointer;
  return new MailyardError('validation.failed', `${where} ${first?.detail ?? 'is not right'}`, { fields });
};
