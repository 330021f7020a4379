/** What the demo mailbox holds at first: the messages under mail/, their dates counted back from now. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeedFolder, SeedMessage } from './seed-folder.ts';

/** Whose mailbox it is; the messages are addressed to this invented person. */
export const DEMO_OWNER = { name: 'Robin Vale', address: 'robin@studio.example' } as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const READ_AFTER_MS = 3 * DAY_MS;

export const seedMailbox = (now: Date): SeedFolder[] => [
  { path: 'INBOX', messages: readMail('inbox', now) },
  { path: 'Drafts', specialUse: '\\Drafts', messages: [] },
  { path: 'Sent', specialUse: '\\Sent', messages: readMail('sent', now) },
  { path: 'Trash', specialUse: '\\Trash', messages: [] },
  { path: 'Junk', specialUse: '\\Junk', messages: [] },
  { path: 'Archive', specialUse: '\\Archive', messages: readMail('archive', now) },
];

const readMail = (folder: 'inbox' | 'sent' | 'archive', now: Date): SeedMessage[] => {
  const home = join(import.meta.dirname, 'mail', folder);
  return readdirSync(home)
    .filter((file) => file.endsWith('.eml'))
    .map((file) => datedMessage(readFileSync(join(home, file), 'latin1'), now))
    .map(({ source, receivedAt }) => {
      const isRead = folder !== 'inbox' || now.getTime() - receivedAt.getTime() > READ_AFTER_MS;
      return { source, receivedAt, flags: isRead ? ['\\Seen'] : [] };
    })
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
};

/**
 * Fills in `{{date-9h}}` (RFC 5322 date, 9 hours ago; the first is the message's own), `{{day+14}}` (2027-01-31, 14 days from
 * now) and `{{utc+3T0900}}` (iCalendar, 9:00 three days from now). `text` is a binary string.
 */
const datedMessage = (text: string, now: Date): { source: Buffer; receivedAt: Date } => {
  const hours = Number(/\{\{date-(\d+)h\}\}/.exec(text)?.[1] ?? 0);
  const filled = text
    .replace(/\{\{date-(\d+)h\}\}/g, (_, ago: string) => mailDate(new Date(now.getTime() - Number(ago) * HOUR_MS)))
    .replace(/\{\{day\+(\d+)\}\}/g, (_, days: string) => dayAfter(now, days))
    .replace(
      /\{\{utc\+(\d+)T(\d{4})\}\}/g,
      (_, days: string, time: string) => `${dayAfter(now, days).replaceAll('-', '')}T${time}00Z`,
    )
    // A checkout may have either; over the wire it is CRLF.
    .replace(/\r?\n/g, '\r\n');
  return { source: Buffer.from(filled, 'latin1'), receivedAt: new Date(now.getTime() - hours * HOUR_MS) };
};

const dayAfter = (now: Date, days: string): string =>
  new Date(now.getTime() + Number(days) * DAY_MS).toISOString().slice(0, 10);

/** RFC 5322 date-time, in UTC. */
export const mailDate = (date: Date): string => date.toUTCString().replace('GMT', '+0000');
