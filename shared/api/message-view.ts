/** Messages as the API shows them: a row of the mirror, or one message read from the server. */
import * as z from 'zod';
import { SHOWN_HEADERS } from '../mail/message.ts';
import type { MessageOnServer } from '../service/read-message.ts';
import type { FoundMessage } from '../service/search-messages.ts';
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

const headersSchema = z.array(z.object({ name: z.string(), value: z.string() }));

const foundMessageSchema = z
  .object({
    id: idSchema,
    folder: z.string().describe('The path of its folder'),
    uid: uidSchema,
    keywords: keywordsSchema,
    size: countSchema.describe('In bytes (RFC822.SIZE)'),
    receivedAt: timeSchema.describe('When the server received it (INTERNALDATE)'),
    headers: headersSchema.describe('From, To, Cc, Subject, Date and Message-ID, as many as it has'),
  })
  .meta({ id: 'FoundMessage' });

export const foundMessagesSchema = z.object({
  messages: z
    .array(foundMessageSchema)
    .describe('Folder by folder in the order of their paths, the newest first in each'),
  notSearched: z
    .array(z.string())
    .describe('Folders that the mail server does not have as they were last seen, or would not search'),
  nextCursor: cursorSchema.optional(),
});

export const foundMessageView = ({ id, mailbox, uid, keywords, size, receivedAt, headers }: FoundMessage) => ({
  id,
  folder: mailbox,
  uid,
  keywords,
  size,
  receivedAt: timeText(receivedAt),
  headers: headers.filter(([name]) => SHOWN_HEADERS.includes(name)).map(([name, value]) => ({ name, value })),
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
    headers: headersSchema.describe('In the order of the message: names in lower case, values decoded'),
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
