/** The mail of the fixtures, put into a running Dovecot. Bodies are small: no bench reads one. */
import { drawDistinct, flagHabits } from './flag-habits.ts';
import { seededRandom } from './random.ts';
import { openRawImap, type RawImap } from './raw-imap.ts';

export type FixtureUser = { readonly user: string; readonly password: string };

export const INBOX_APPENDED = 110_000;
export const INBOX_EXPUNGED = 10_000;
const FOLDERS = 50;
const MESSAGES_PER_FOLDER = 1_000;
const APPENDS_AT_ONCE = 500;
const CREATES_AT_ONCE = 100;
const UIDS_PER_COMMAND = 1_000;
const SPECIAL_FOLDERS = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive'];

/** INBOX of 100,000, 50 folders of 1,000 below one that cannot be selected, and the empty special ones: 57 in all. */
export const fillLarge = async (port: number, account: FixtureUser, seed: number): Promise<void> => {
  const random = seededRandom(seed);
  const imap = await login(port, account);
  await openSpecialFolders(imap);
  await append(imap, 'INBOX', INBOX_APPENDED, random);
  await expunge(imap, [...drawDistinct(INBOX_EXPUNGED, INBOX_APPENDED, random)]);
  for (let nth = 0; nth < FOLDERS; nth += 1) {
    const name = `Work/Folder${`${nth}`.padStart(2, '0')}`;
    await imap.ask(`CREATE ${name}`);
    await append(imap, name, MESSAGES_PER_FOLDER, random);
  }
  await imap.ask('LOGOUT');
  imap.close();
};

/** `folders` in all, every tenth of the ordinary ones with a message. */
export const fillWide = async (port: number, account: FixtureUser, seed: number, folders: number): Promise<void> => {
  const random = seededRandom(seed);
  const imap = await login(port, account);
  await openSpecialFolders(imap);
  await append(imap, 'INBOX', MESSAGES_PER_FOLDER, random);
  const names = Array.from({ length: folders - SPECIAL_FOLDERS.length - 1 }, (_, nth) => `Folder${nth + 1}`);
  for (let from = 0; from < names.length; from += CREATES_AT_ONCE) {
    await imap.ask(...names.slice(from, from + CREATES_AT_ONCE).map((name) => `CREATE ${name}`));
  }
  for (const name of names.filter((_, nth) => nth % 10 === 0)) await append(imap, name, 1, random);
  // A folder has no UIDVALIDITY until it was opened once.
  await imap.ask('LIST "" "*" RETURN (STATUS (UIDVALIDITY HIGHESTMODSEQ))');
  await imap.ask('LOGOUT');
  imap.close();
};

/** A new message in INBOX. */
export const deliverOne = async (port: number, account: FixtureUser): Promise<void> => {
  const imap = await login(port, account);
  await append(imap, 'INBOX', 1, seededRandom(1));
  await imap.ask('LOGOUT');
  imap.close();
};

export const login = async (port: number, { user, password }: FixtureUser): Promise<RawImap> => {
  const imap = await openRawImap({ port });
  // Enabled before the first message, or all of them would share one modification sequence.
  await imap.ask(`LOGIN ${user} ${password}`, 'ENABLE CONDSTORE');
  return imap;
};

export const openSpecialFolders = async (imap: RawImap): Promise<void> => {
  await imap.ask(...SPECIAL_FOLDERS.map((name) => `SELECT ${name}`));
};

export const append = async (imap: RawImap, folder: string, count: number, random: () => number): Promise<void> => {
  await imap.ask(`SELECT ${folder}`);
  const nextFlags = flagHabits(random);
  for (let from = 0; from < count; from += APPENDS_AT_ONCE) {
    const parts = [`APPEND ${folder}`];
    for (let nth = from; nth < Math.min(from + APPENDS_AT_ONCE, count); nth += 1) {
      const text = message(folder, nth, random);
      parts.push(` (${nextFlags().join(' ')}) {${text.length}+}\r\n${text}`);
    }
    await imap.ask(parts.join(''));
  }
};

/** ASCII alone, so that characters are bytes. */
const message = (folder: string, nth: number, random: () => number): string => {
  const who = Math.floor(random() * 500);
  return [
    'Return-Path: <bounces@lists.example.org>',
    `From: Person ${who} <person${who}@example.org>`,
    'To: bench@example.com',
    `Subject: Message ${nth} of ${folder}`,
    'Date: Mon, 03 Mar 2025 10:00:00 +0000',
    `Message-ID: <${folder.replace('/', '.')}.${nth}@example.org>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'A few words, as no bench reads them.',
    '',
  ].join('\r\n');
};

export const expunge = async (imap: RawImap, uids: readonly number[]): Promise<void> => {
  for (const set of uidSets(uids)) await imap.ask(`UID STORE ${set} +FLAGS.SILENT (\\Deleted)`);
  await imap.ask('EXPUNGE');
};

/** As text, short enough for a command line. */
export const uidSets = (uids: readonly number[]): string[] => {
  const sorted = [...uids].sort((a, b) => a - b);
  const sets: string[] = [];
  for (let from = 0; from < sorted.length; from += UIDS_PER_COMMAND)
    sets.push(sorted.slice(from, from + UIDS_PER_COMMAND).join(','));
  return sets;
};
