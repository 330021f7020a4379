/** Folders in a rule: `{"path": "Bills/2025"}` or `{"role": "archive"}`. */
import * as z from 'zod';
import { findFolder, type ListedFolder, type MailboxRef, normalizePath, pathProblem, ROLES } from '../mail/folder.ts';
import { strictObject } from './strict-object.ts';

export const pathSchema = z.string('must be a folder path').superRefine((path, context) => {
  const problem = pathProblem(path);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

export const mailboxRefSchema: z.ZodType<MailboxRef, MailboxRef> = z.union(
  [strictObject({ path: pathSchema }), strictObject({ role: z.enum(ROLES, `must be one of ${ROLES.join(', ')}`) })],
  'must be {"path": "..."} or {"role": "..."}',
);

/** Whether a reference means the folder at `path`; INBOX always is the inbox. */
export const refersTo = (ref: MailboxRef, path: string, folders: readonly ListedFolder[]): boolean =>
  resolvePath(ref, folders) === path;

/** The path a reference stands for; undefined for a role that no folder has. The folder need not exist. */
export const resolvePath = (ref: MailboxRef, folders: readonly ListedFolder[]): string | undefined => {
  if ('path' in ref) return findFolder(folders, ref)?.path ?? normalizePath(ref.path);
  return findFolder(folders, ref)?.path ?? (ref.role === 'inbox' ? 'INBOX' : undefined);
};
