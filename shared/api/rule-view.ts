/** A rule as the API shows it: as it was written, with its id and times. */
import * as z from 'zod';
import { type Rule, ruleInputSchema } from '../rules/rule.ts';
import { timeText } from './time-text.ts';
import { idSchema, timeSchema } from './value-schemas.ts';

export const ruleSchema = z
  .object({ ...ruleInputSchema.shape, id: idSchema, createdAt: timeSchema, updatedAt: timeSchema })
  .meta({ id: 'Rule', description: 'A rule as it was written, with its defaults' });

export const ruleView = ({ revision: _revision, createdAt, updatedAt, ...rule }: Rule) => ({
  ...rule,
  createdAt: timeText(createdAt),
  updatedAt: timeText(updatedAt),
});
