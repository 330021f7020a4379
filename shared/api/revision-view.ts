/** Former revisions of a rule as the API shows them. */
import * as z from 'zod';
import type { Rule } from '../rules/rule.ts';
import { ruleChangeSchema, ruleSchema, ruleView } from './rule-view.ts';
import { timeText } from './time-text.ts';
import { timeSchema } from './value-schemas.ts';

const revisionNumber = z.int().min(1);

export const revisionSchema = z
  .object({
    revision: revisionNumber,
    savedAt: timeSchema,
    rule: ruleSchema,
  })
  .meta({ id: 'RuleRevision' });

export const revisionsSchema = z.object({ revisions: z.array(revisionSchema).describe('Newest first') });

export const revisionDiffSchema = z.object({
  from: revisionNumber,
  to: revisionNumber,
  changes: z.array(ruleChangeSchema),
});

export const revisionView = (rule: Rule) => ({
  revision: rule.revision,
  savedAt: timeText(rule.updatedAt),
  rule: ruleView(rule),
});
