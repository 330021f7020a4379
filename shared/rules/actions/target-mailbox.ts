/** The folder that a move or a copy names. */
import * as z from 'zod';
import { findFolder, type MailboxRef, refText } from '../../mail/folder.ts';
import type { RuleProblem } from '../effect.ts';
import { mailboxRefSchema, resolvePath } from '../mailbox-ref.ts';
import type { Simulation } from '../simulation.ts';
import { strictObject } from '../strict-object.ts';

export type TargetAction = { readonly mailbox: MailboxRef; readonly create: boolean };

/** `create` makes the folder where it is missing; only a path says what to make. */
export const targetSchema = <Type extends 'move' | 'copy'>(type: Type) =>
  strictObject({
    type: z.literal(type),
    mailbox: mailboxRefSchema,
    create: z.boolean('must be true or false').default(false),
  }).refine(({ create, mailbox }) => !create || 'path' in mailbox, {
    path: ['create'],
    error: 'must be false for a role: name the folder by its path to have it made',
  });

/** Where the message goes, or why it does not. */
export const decideTarget = (
  action: TargetAction,
  simulation: Simulation,
  ruleId: string,
): { readonly target: { readonly mailbox: string; readonly create: boolean } } | { readonly problem: RuleProblem } => {
  const name = refText(action.mailbox);
  const mailbox = resolvePath(action.mailbox, simulation.folders);
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

/** A simulation that knows the folder, should the effect create it. */
export const withCreated = (simulation: Simulation, mailbox: string, create: boolean): Simulation =>
  create ? { ...simulation, created: new Set(simulation.created).add(mailbox) } : simulation;
