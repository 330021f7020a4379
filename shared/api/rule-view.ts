/** A rule as the API shows it: as it was written, with its id and times. */
import * as z from 'zod';
import type { Warning } from '../rules/lint.ts';
import { type Rule, ruleInputSchema } from '../rules/rule.ts';
import type { RuleChange } from '../rules/rule-diff.ts';
import { timeText } from './time-text.ts';
import { idSchema, timeSchema } from './value-schemas.ts';

const pausedSchema = z
  .object({ at: timeSchema, accountId: idSchema, detail: z.string() })
  .describe('It reached too far and acts on nothing until it is resumed');

const shape = {
  ...ruleInputSchema.shape,
  paused: pausedSchema.optional(),
  id: idSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
};

export const ruleSchema = z
  .object(shape)
  .meta({ id: 'Rule', description: 'A rule as it was written, with its defaults' });

export const ruleView = ({ revision: _revision, createdAt, updatedAt, paused, ...rule }: Rule) => ({
  ...rule,
  ...(paused === undefined ? {} : { paused: { ...paused, at: timeText(paused.at) } }),
  createdAt: timeText(createdAt),
  updatedAt: timeText(updatedAt),
});

export const warningSchema = z
  .object({
    code: z.enum([
      'unreachable',
      'loop',
      'contradictory',
      'matches-everything',
      'mailbox-missing',
      'reads-every-body',
      'stops-nothing',
    ]),
    pointer: z.string().describe('Where in the rule (RFC 6901)'),
    detail: z.string(),
  })
  .meta({ id: 'RuleWarning', description: 'What is right, and most likely not meant' });

export const savedRuleSchema = z
  .object({ ...shape, warnings: z.array(warningSchema) })
  .meta({ id: 'SavedRule', description: 'A rule as it was saved, and what is most likely not meant in it' });

export const savedRuleView = (rule: Rule, warnings: readonly Warning[]) => ({ ...ruleView(rule), warnings });

export const ruleChangeSchema = z
  .object({
    pointer: z.string().describe('Where in the rule (RFC 6901)'),
    before: z.unknown().optional().describe('Absent where it was added'),
    after: z.unknown().optional().describe('Absent where it was taken away'),
  })
  .meta({ id: 'RuleChange' });

export const changeView = ({ pointer, ...values }: RuleChange) => ({ pointer, ...values });
