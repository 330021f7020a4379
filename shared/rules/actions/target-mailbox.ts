/** The folder that a move or a copy names. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import { findFolder, type MailboxRef, pathProblem, refText } from '../../mail/folder.ts';
import type { At, Outcome } from '../action-kind.ts';
import type { ConditionNeeds } from '../condition-kind.ts';
import type { RuleProblem } from '../effect.ts';
import { mailboxRefSchema, resolvePath } from '../mailbox-ref.ts';
import type { Simulation } from '../simulation.ts';
import { strictObject } from '../strict-object.ts';
import { hasPlaceholders, MESSAGE_PLACEHOLDERS, templateProblem } from '../template.ts';
import { TEMPLATE_HEADERS } from '../template-values.ts';
import { fillPath } from './target-name.ts';

export type TargetAction = { readonly mailbox: MailboxRef; readonly create: boolean };

/** `create` makes the folder where it is missing; only a path says what to make. A path may hold `{{listId}}` and its like. */
export const targetSchema = <Type extends 'move' | 'copy'>(type: Type) =>
  strictObject({
    type: z.literal(type),
    mailbox: mailboxRefSchema.superRefine((ref, context) => {
      const problem = 'path' in ref ? templateProblem(ref.path, MESSAGE_PLACEHOLDERS) : undefined;
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, path: ['path'] });
    }),
    create: z.boolean('must be true or false').default(false),
  }).refine(({ create, mailbox }) => !create || 'path' in mailbox, {
    path: ['create'],
    error: 'must be false for a role: name the folder by its path to have it made',
  });

export const targetNeeds = ({ mailbox }: TargetAction): ConditionNeeds =>
  'path' in mailbox && hasPlaceholders(mailbox.path) ? { headers: TEMPLATE_HEADERS } : {};

type Decided =
  | { readonly target: { readonly mailbox: string; readonly create: boolean } }
  | { readonly problem: RuleProblem };

/** Where the message goes, or why it does not. */
export const decideTarget = (action: TargetAction, at: At): Decided => {
  const { ruleId, simulation } = at;
  const ref = 'path' in action.mailbox ? fillPath(action.mailbox.path, at) : action.mailbox;
  if (typeof ref === 'string') return { problem: { ruleId, reason: 'mailbox-name', detail: ref } };
  const name = refText(ref);
  const invalid = 'path' in ref ? pathProblem(ref.path) : undefined;
  if (invalid !== undefined)
    return { problem: { ruleId, reason: 'mailbox-name', detail: `the folder’s name ${invalid}` } };
  const mailbox = resolvePath(ref, simulation.folders);
  if (mailbox === undefined) {
    return { problem: { ruleId, reason: 'mailbox-missing', detail: `no folder has the ${name}` } };
  }
  if (mailbox === simulation.mailbox) {
    return { problem: { ruleId, reason: 'already-there', detail: `the message is in ${name} already` } };
  }
  // Effects are carried out in batches, so each one that counts on a new folder may be the one to make it.
  if (simulation.created.has(mailbox)) return { target: { mailbox, create: true } };
  const folder = findFolder(simulation.folders, { path: mailbox });
  if (folder === undefined) {
    if (action.create) return { target: { mailbox, create: true } };
    return { problem: { ruleId, reason: 'mailbox-missing', detail: `there is no folder ${name}` } };
  }
  if (folder.selectable) return { target: { mailbox, create: false } };
  return { problem: { ruleId, reason: 'mailbox-missing', detail: `the folder ${name} cannot hold messages` } };
};

/** A move to the target, or why there is none: too many in a day look like two rules that fight each other. */
export const decideMove = (action: TargetAction, at: At): Outcome => {
  const { ruleId, simulation, view } = at;
  const decided = decideTarget(action, at);
  if ('problem' in decided) return { problem: decided.problem, simulation };
  if ((view.history.movesToday ?? 0) >= LIMITS.movesPerMessagePerDayMax) {
    const detail = `it was moved ${LIMITS.movesPerMessagePerDayMax} times within a day`;
    return { problem: { ruleId, reason: 'move-limit', detail }, simulation };
  }
  const { mailbox, create } = decided.target;
  return {
    effects: [{ kind: 'move', ruleId, mailbox, create }],
    simulation: { ...withCreated(simulation, mailbox, create), mailbox },
  };
};

/** A simulation that knows the folder, should the effect create it. */
export const withCreated = (simulation: Simulation, mailbox: string, create: boolean): Simulation =>
  create ? { ...simulation, created: new Set(simulation.created).add(mailbox) } : simulation;
