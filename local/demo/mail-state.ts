/** What the demo mailbox keeps on disk, and in memory: one JSON file, sources beside it under their SHA-256. */
import type { Mailbox } from 'hoodiecrow-imap';
import * as z from 'zod';
import { UID_MAX } from '../../shared/mail/uid-set.ts';

const number32 = z.int().min(1).max(UID_MAX);

const messageSchema = z.tuple([
  number32,
  z.array(z.string()),
  // INTERNALDATE as FETCH sends it (RFC 9051 section 9, date-time).
  z.string(),
  z.string().regex(/^[0-9a-f]{64}$/),
]);

const folderSchema = z.strictObject({
  path: z.string().min(1),
  specialUse: z.string().optional(),
  subscribed: z.boolean(),
  uidValidity: number32,
  uidNext: number32,
  messages: z.array(messageSchema),
});

const stateSchema = z.strictObject({
  version: z.literal(1),
  /** Counts up over all folders, so that a name made again never repeats (UIDVALIDITY, UID). */
  uidValidityNext: number32,
  folders: z.array(folderSchema),
});

export type MailState = z.infer<typeof stateSchema>;
export type FolderState = z.infer<typeof folderSchema>;

export const encodeState = (uidValidityNext: number, folders: Iterable<Mailbox>): string => {
  const state: MailState = {
    version: 1,
    uidValidityNext,
    folders: [...folders].map((folder) => ({
      path: folder.path,
      ...(folder.specialUse === undefined ? {} : { specialUse: folder.specialUse }),
      subscribed: folder.subscribed,
      uidValidity: folder.uidvalidity,
      uidNext: folder.uidnext,
      messages: folder.messages.map(({ uid, flags, internaldate, sourceId }) => [uid, flags, internaldate, sourceId]),
    })),
  };
  return JSON.stringify(state);
};

/** Throws a plain Error that says what is wrong. */
export const decodeState = (text: string): MailState => {
  const parsed = stateSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error).split('\n').slice(0, 2).join(' '));
  const state = parsed.data;
  const paths = new Set(state.folders.map((folder) => folder.path));
  if (!paths.has('INBOX') || paths.size !== state.folders.length)
    throw new Error('INBOX is missing or a folder repeats');
  for (const folder of state.folders) checkUids(folder);
  return state;
};

const checkUids = ({ path, messages, uidNext }: FolderState): void => {
  let last = 0;
  for (const [uid] of messages) {
    if (uid <= last || uid >= uidNext) throw new Error(`UID ${uid} of ${path} is out of order`);
    last = uid;
  }
};
