/** A folder as the API shows it. */
import * as z from 'zod';
import { ROLES } from '../mail/folder.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import { countSchema, idSchema, uidValiditySchema } from './value-schemas.ts';

export const folderSchema = z
  .object({
    id: idSchema,
    path: z.string(),
    role: z.enum(ROLES).optional().describe('The JMAP role (RFC 8621 section 2), where it has one'),
    uidValidity: uidValiditySchema,
    messages: countSchema,
    unseen: countSchema.optional().describe('Where the server tells it'),
  })
  .meta({ id: 'Folder', description: 'A folder as it was at the last look' });

export const folderView = ({ id, path, role, uidValidity, messages, unseen }: FolderCursor) => ({
  id,
  path,
  ...(role === undefined ? {} : { role }),
  uidValidity,
  messages,
  // Known where the server's STATUS told it.
  ...(unseen === undefined ? {} : { unseen }),
});
