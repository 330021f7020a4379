/** Messages as the API shows them: a row of the mirror, or one message read from the server. */
import * as z from 'zod';
import type { MessageOnServer } from '../service/read-message.ts';
import { folderSchema } from './folder-view.ts';
import { cursorSchema } from './page-schema.ts';
import { timeText } from './time-text.ts';
import { countSchema, idSchema, timeSchema, uidSchema } from './value-schemas.ts';

const keywordsSchema = z.array(z.string()).describe('JMAP keywords (RFC 8621 section 4.1.1) in lower case: $seen ...');

export const listedMessagesSchema = z.object({
  folder: folderSchema,
  messages: z.array(z.object({ id: idSchema, uid: uidSchema, keywords: keywordsSchema }).meta({ id: 'ListedMessage' })),
  nextCursor: cursorSchema.optional(),
});

export const messageSchema = z
  .object({
    id: idSchema,
    accountId: idSchema,
    folder: z.string().describe('The path of its folder'),
    uid: uidSchema,
    keywords: keywordsSchema,
    size: countSchema.describe('In bytes (RFC822.SIZE)'),
    receivedAt: timeSchema.describe('When the server received it (INTERNALDATE)'),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe('In the order of the message: names in lower case, values decoded'),
    text: z.string().describe('The readable text; HTML is reduced to text'),
  })
  .meta({ id: 'Message' });

export const messageView = (
  ids: { readonly accountId: string; readonly messageId: string },
  { folder, headers, receivedAt, ...message }: MessageOnServer,
) => ({
  id: ids.messageId,
  accountId: ids.accountId,
  folder: folder.path,
  ...message,
  receivedAt: timeText(receivedAt),
  headers: headers.map(([name, value]) => ({ name, value })),
});
