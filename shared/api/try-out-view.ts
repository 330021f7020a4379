/** What rules would do with messages, and why, as the API shows it. */
import * as z from 'zod';
import { headerValues } from '../mail/message.ts';
import { RULE_MODES } from '../rules/rule.ts';
import { whatOf } from '../service/activity-entry.ts';
import type { ExplainedMessage } from '../service/explain-message.ts';
import type { Preview, PreviewedMessage, WouldDo } from '../service/preview-rules.ts';
import type { EffectCommand } from '../sync/journal.ts';
import { warningSchema } from './rule-view.ts';
import { timeText } from './time-text.ts';
import { countSchema, idSchema, timeSchema, uidSchema } from './value-schemas.ts';

const namedRule = z.object({ ruleId: idSchema, ruleName: z.string() });

const wouldDoSchema = z
  .object({
    action: z.string().describe('As the activity calls it: store, copy, move, draft ...'),
    rules: z.array(namedRule),
    to: z.string().optional(),
    dueAt: timeSchema.optional().describe('Of the action `later`'),
    keywordsAdded: z.array(z.string()).optional(),
    keywordsRemoved: z.array(z.string()).optional(),
    event: z.string().optional().describe('Of the action `event`: what is written for your own services'),
  })
  .meta({ id: 'WouldDo', description: 'A command that a run would send for one message' });

const problemSchema = z.object({ ruleId: idSchema, reason: z.string(), detail: z.string() });

export const previewSchema = z.object({
  folder: z.string(),
  messages: z.array(
    z
      .object({
        id: idSchema,
        uid: uidSchema,
        receivedAt: timeSchema,
        from: z.string(),
        subject: z.string(),
        difference: z.enum(['gained', 'lost', 'changed', 'same']),
        before: z.array(wouldDoSchema).describe('What the live rules would do'),
        after: z.array(wouldDoSchema).describe('What they would do with the draft'),
        matched: z.array(namedRule).describe('The rules that match, with the draft'),
        problems: z.array(problemSchema).describe('What could not be done, with the draft'),
      })
      .meta({ id: 'PreviewedMessage' }),
  ),
  counts: z.object({ gained: countSchema, lost: countSchema, changed: countSchema, same: countSchema }),
  lookedAt: countSchema.describe('Messages that were read to find these'),
  more: z.boolean().describe('There are others in the folder that were not looked at'),
  warnings: z.array(warningSchema),
});

const wouldDo = (command: EffectCommand) => {
  const { to, dueAt, keywordsAdded, keywordsRemoved } = whatOf(command);
  return {
    action: command.kind,
    rules: command.askedBy.flatMap((asker) =>
      asker.by === 'rule' ? [{ ruleId: asker.ruleId, ruleName: asker.ruleName }] : [],
    ),
    ...(to === undefined ? {} : { to }),
    ...(dueAt === undefined ? {} : { dueAt: timeText(dueAt) }),
    ...(keywordsAdded === undefined ? {} : { keywordsAdded }),
    ...(keywordsRemoved === undefined ? {} : { keywordsRemoved }),
  };
};

const allOf = ({ commands, events }: WouldDo) => [
  ...commands.map(wouldDo),
  ...events.map(({ event, ...rule }) => ({ action: 'event', rules: [rule], event })),
];

const previewedView = ({ id, facts, difference, before, after, matched, problems }: PreviewedMessage) => ({
  id,
  uid: facts.uid,
  receivedAt: timeText(facts.receivedAt),
  from: headerValues(facts, 'from')[0] ?? '',
  subject: headerValues(facts, 'subject')[0] ?? '',
  difference,
  before: allOf(before),
  after: allOf(after),
  matched,
  problems,
});

export const previewView = ({ folder, messages, lookedAt, more, warnings }: Preview) => {
  const count = (wanted: PreviewedMessage['difference']) =>
    messages.filter(({ difference }) => difference === wanted).length;
  return {
    folder,
    messages: messages.map(previewedView),
    counts: { gained: count('gained'), lost: count('lost'), changed: count('changed'), same: count('same') },
    lookedAt,
    more,
    warnings,
  };
};

const traceSchema = z
  .object({
    pointer: z.string().describe('Where in the rule (RFC 6901)'),
    condition: z.string(),
    verdict: z.enum(['true', 'false', 'notEvaluated']),
    why: z.string(),
  })
  .meta({ id: 'ConditionTrace' });

export const explanationSchema = z.object({
  folder: z.string(),
  uid: uidSchema,
  rules: z.array(
    z
      .object({
        ruleId: idSchema,
        ruleName: z.string(),
        mode: z.enum(RULE_MODES),
        asked: z.boolean(),
        whyNot: z.string().optional().describe('Why it is not asked'),
        matched: z.boolean(),
        conditions: z.array(traceSchema).describe('Those of `conditions`, then those of `exceptions`'),
      })
      .meta({ id: 'ExplainedRule' }),
  ),
  wouldDo: z.array(wouldDoSchema).describe('What would be done with the message if it arrived now'),
  problems: z.array(problemSchema),
});

export const explanationView = ({ folder, uid, rules, decision, commands }: ExplainedMessage) => ({
  folder,
  uid,
  rules: rules.map(({ rule, trace, whyNot }) => ({
    ruleId: rule.id,
    ruleName: rule.name,
    mode: rule.mode,
    asked: trace !== undefined,
    ...(whyNot === undefined ? {} : { whyNot }),
    matched: trace?.matched ?? false,
    conditions: trace?.conditions ?? [],
  })),
  wouldDo: commands.map(wouldDo),
  problems: decision.problems,
});
