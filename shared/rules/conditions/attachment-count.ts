/** `attachmentCount`: so many attachments, or between `min` and `max` of them (both included). */
import * as z from 'zod';
import { isAttachment } from '../../mail/parts.ts';
import { type ConditionKind, unknown, verdicts } from '../condition-kind.ts';
import { strictObject } from '../strict-object.ts';

const countSchema = z.int('must be a whole number').min(0, 'must not be negative').max(1_000, 'must be at most 1000');
const schema = z.union(
  [
    countSchema,
    strictObject({ min: countSchema.optional(), max: countSchema.optional() })
      .refine(({ min, max }) => min !== undefined || max !== undefined, 'must name min, max or both')
      .refine(({ min = 0, max = 1_000 }) => min <= max, 'must not have min above max'),
  ],
  'must be a whole number, or {"min": ..., "max": ...}',
);

const NOT_READ = unknown('the structure was not read');

export const attachmentCountCondition: ConditionKind<z.infer<typeof schema>> = {
  name: 'attachmentCount',
  schema,
  needs: () => ({ structure: true }),
  compile: (value) => {
    const { min, max } = typeof value === 'number' ? { min: value, max: value } : value;
    const wanted = min === max ? `${min}` : `${min ?? 0} to ${max ?? 'any number of'}`;
    const says = verdicts(`has ${wanted} attachments`, `does not have ${wanted} attachments`);
    return ({ facts: { parts } }) => {
      if (parts === undefined) return NOT_READ;
      const count = parts.filter(isAttachment).length;
      return says(count >= (min ?? 0) && count <= (max ?? count));
    };
  },
};
