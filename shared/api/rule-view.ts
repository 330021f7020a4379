/** A rule as the API shows it: as it was written, with its id and times. */
import * as z from 'zod';
import { type Rule, ruleInputSchema } from '../rules/rule.ts';
import { timeText } from './time-text.ts';
import { idSchema, timeSchema } from './value-schemas.ts';

const pausedSchema = z
  .object({ at: timeSchema, accountId: idSchema, detail: z.string() })
  .describe('It reached too far and acts on nothing until it is resumed');

export const ruleSchema = z
  .object({
    ...ruleInputSchema.shape,
    paused: pausedSchema.optional(),
    id: idSchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Rule', description: 'A rule as it was written, with its defaults' });

export const ruleView = ({ revision: _revision, createdAt, updatedAt, paused, ...rule }: Rule) => ({
  ...rule,
  ...(paused === undefined ? {} : { paused: { ...paused, at: timeText(paused.at) } }),
  createdAt: timeText(createdAt),
  updatedAt: timeText(updatedAt),
});
