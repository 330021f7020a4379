/** What rules would do to mail that is there, and how far it is done. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { formatMessageId, headerValues } from '../mail/message.ts';
import { uidCount } from '../mail/uid-set.ts';
import type { Effect } from '../rules/effect.ts';
import { mailboxRefSchema } from '../rules/mailbox-ref.ts';
import { strictObject } from '../rules/strict-object.ts';
import type { ApplyReport } from '../service/apply-existing.ts';
import type { Application } from '../store/applications.ts';
import { bodyOf } from './parse-body.ts';
import { timeText } from './time-text.ts';

const id = z.string('must be an id').regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be an id');

export const applyBody = bodyOf(
  strictObject({
    accountId: id,
    mailboxes: z
      .array(mailboxRefSchema, 'must be a list of folders')
      .min(1, 'must name at least one folder')
      .max(LIMITS.applyMailboxesMax, `must name at most ${LIMITS.applyMailboxesMax} folders`)
      .optional()
      .describe('Instead of the folders that the rule names'),
    alsoRuleIds: z
      .array(id, 'must be a list of rule ids')
      .max(LIMITS.applyRulesMax, `must name at most ${LIMITS.applyRulesMax} rules`)
      .optional()
      .describe('Other rules to be applied with it, in the sequence that rules have'),
    token: z
      .string('must be a token')
      .max(200, 'must be a token of an answer before')
      .optional()
      .describe('Of an answer before: confirms what that told, and begins to do it'),
  }),
);

export const applicationSchema = z
  .object({
    id: z.string(),
    state: z
      .enum(['running', 'done', 'cancelled', 'stopped'])
      .describe('`stopped`: a rule was changed or deleted meanwhile; what was done stays done'),
    reason: z.string().optional(),
    ruleIds: z.array(z.string()),
    messages: z.int().describe('That were confirmed'),
    processed: z.int().describe('Of them, to which the rules were put again'),
    refused: z.int().describe('Of those, which the mail server would not show: nothing was done to them'),
    runIds: z.array(z.string()).describe('Of the activity; each can be undone'),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Application', description: 'Rules that are applied to mail that is there' });

export const applicationView = (application: Application): z.output<typeof applicationSchema> => ({
  id: application.id,
  state: application.state,
  ...(application.reason === undefined ? {} : { reason: application.reason }),
  ruleIds: application.rules.map(({ id: ruleId }) => ruleId),
  messages: application.messages,
  processed: application.processed,
  refused: application.refused ?? 0,
  runIds: [...application.runIds],
  createdAt: timeText(application.createdAt),
  updatedAt: timeText(application.updatedAt),
});

export const applySchema = z
  .object({
    token: z
      .string()
      .describe('Send it back to have exactly this done; it is stale once the rule would do something else'),
    messages: z.int().describe('On which the rule would act'),
    beyondLimits: z
      .boolean()
      .describe('More than the rule may do by itself in one run; confirming lifts its limit up to this count'),
    folders: z.array(
      z.object({
        path: z.string(),
        messages: z.int().describe('That it holds'),
        examined: z.int().describe('That were read, as the server could not tell that the rule does not match them'),
        matched: z.int(),
      }),
    ),
    rules: z.array(z.object({ id: z.string(), name: z.string(), messages: z.int() })),
    samples: z.array(
      z.object({
        messageId: z.string(),
        path: z.string(),
        receivedAt: z.string(),
        from: z.string(),
        subject: z.string(),
        wouldDo: z.array(z.string()),
      }),
    ),
    application: applicationSchema.optional().describe('What was confirmed and is under way'),
  })
  .meta({ id: 'Applied', description: 'What a rule would do to mail that is there' });

export const applyView = (accountId: string, report: ApplyReport): z.output<typeof applySchema> => {
  const { token, folders, samples, rules, byRule, beyondLimits, application } = report;
  const folderOf = new Map(folders.map(({ folder }) => [folder.path, folder]));
  return {
    token,
    messages: folders.reduce((sum, { uids }) => sum + uidCount(uids), 0),
    beyondLimits,
    folders: folders.map(({ folder, messages, examined, uids }) => ({
      path: folder.path,
      messages,
      examined,
      matched: uidCount(uids),
    })),
    rules: rules.map(({ id: ruleId, name }) => ({ id: ruleId, name, messages: byRule.get(ruleId) ?? 0 })),
    samples: samples.flatMap(({ facts, decision }) => {
      const folder = folderOf.get(facts.mailbox);
      if (folder === undefined) return [];
      const { id: folderId, uidValidity } = folder;
      return {
        messageId: formatMessageId({ accountId, folderId, uidValidity, uid: facts.uid }),
        path: facts.mailbox,
        receivedAt: timeText(facts.receivedAt),
        from: headerValues(facts, 'from')[0] ?? '',
        subject: headerValues(facts, 'subject')[0] ?? '',
        wouldDo: decision.effects.map(whatOf),
      };
    }),
    ...(application === undefined ? {} : { application: applicationView(application) }),
  };
};

const whatOf = (effect: Effect): string => {
  switch (effect.kind) {
    case 'store':
      return [...effect.add.map((one) => `+${one}`), ...effect.remove.map((one) => `-${one}`)].join(' ');
    case 'move':
    case 'copy':
      return `${effect.kind} to ${effect.mailbox}`;
    default:
      return effect.kind;
  }
};
