/** A body checked by its schema alone. */
import type * as z from 'zod';
import { MailyardError } from '../errors.ts';
import { fieldProblems } from '../rules/field-problems.ts';

/** For a route: throws `validation.failed` with a pointer for each bad field. */
export const bodyOf = <Schema extends z.ZodType>(schema: Schema) => ({
  schema,
  parse: (input: unknown): z.output<Schema> => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    const fields = fieldProblems(parsed.error);
    const [first] = fields;
    const where = first === undefined || first.pointer === '' ? 'the body' : first.pointer;
    throw new MailyardError('validation.failed', `${where} ${first?.detail ?? 'is not right'}`, { fields });
  },
});
