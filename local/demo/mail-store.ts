/**
 * The demo mailbox: folders in memory, kept in `<data folder>/demo-mailbox`. UIDs are never given twice, also over restarts:
 * what `save` wrote is on the disk when it returns, and the server tells no UID before that.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Mailbox, Message } from 'hoodiecrow-imap';
import { MailyardError } from '../../shared/errors.ts';
import { replaceFile } from '../../shared/terminal/replace-file.ts';
import { decodeState, encodeState, type FolderState } from './mail-state.ts';
import type { SeedFolder } from './seed-folder.ts';

export type NewMessage = {
  /** A binary string: one character a byte. */
  readonly raw: string;
  readonly flags: readonly string[];
  /** RFC 9051 date-time. */
  readonly internaldate: string;
};

export type MailStore = {
  /** By path as on the wire. The IMAP server's own table of folders: it has no prototype, so any name is safe. */
  readonly folders: Record<string, Mailbox>;
  create(path: string, specialUse?: string): Mailbox;
  append(folder: Mailbox, message: NewMessage): Message;
  /** Writes what changed since the last call, and returns when it is on the disk. */
  save(): void;
};

export const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Draft', '\\Deleted', '\\Seen'];

/** Opens what is kept, or makes the seed's. Throws `local.data-unreadable`, naming the file and the way out. */
export const openMailStore = (dataFolder: string, seed: () => readonly SeedFolder[]): MailStore => {
  const home = join(dataFolder, 'demo-mailbox');
  const sources = join(home, 'sources');
  const stateFile = join(home, 'state.json');
  mkdirSync(sources, { recursive: true, mode: 0o700 });

  const folders: Record<string, Mailbox> = Object.create(null);
  let uidValidityNext = Math.floor(Date.now() / 1_000);
  let saved = '';
  let kept = new Set<string>();

  const store: MailStore = {
    folders,
    create: (path, specialUse) => {
      const folder = emptyFolder(path, uidValidityNext, specialUse);
      uidValidityNext += 1;
      folders[path] = folder;
      return folder;
    },
    append: (folder, { raw, flags, internaldate }) => {
      const message = { uid: folder.uidnext, flags: [...flags], internaldate, raw, sourceId: sourceId(raw) };
      folder.uidnext += 1;
      folder.messages.push(message);
      return message;
    },
    save: () => {
      const state = encodeState(uidValidityNext, Object.values(folders));
      if (state === saved) return;
      const present = new Set<string>();
      for (const { messages } of Object.values(folders)) {
        for (const message of messages) {
          present.add(message.sourceId);
          if (kept.has(message.sourceId)) continue;
          replaceFile(join(sources, `${message.sourceId}.eml`), Buffer.from(message.raw, 'latin1'), 0o600);
          kept.add(message.sourceId);
        }
      }
      replaceFile(stateFile, state, 0o600);
      saved = state;
      // Only now: until the rename the kept state may still name them.
      for (const id of kept) if (!present.has(id)) rmSync(join(sources, `${id}.eml`), { force: true });
      kept = present;
    },
  };

  if (existsSync(stateFile)) {
    try {
      const text = readFileSync(stateFile, 'utf8');
      const state = decodeState(text);
      uidValidityNext = state.uidValidityNext;
      for (const folder of state.folders) folders[folder.path] = loadFolder(folder, sources);
      saved = text;
      kept = new Set(Object.values(folders).flatMap(({ messages }) => messages.map(({ sourceId }) => sourceId)));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unreadable';
      throw new MailyardError(
        'local.data-unreadable',
        `the demo mailbox in ${stateFile} cannot be read (${reason}); delete the folder ${home} to start with a new one`,
        { cause },
      );
    }
    dropStrays(sources, kept);
  } else {
    for (const { path, specialUse, messages } of seed()) {
      const folder = store.create(path, specialUse);
      for (const { source, flags, receivedAt } of messages) {
        store.append(folder, { raw: source.toString('latin1'), flags, internaldate: internalDate(receivedAt) });
      }
    }
    if (folders['INBOX'] === undefined) store.create('INBOX');
    store.save();
  }
  return store;
};

/** RFC 9051 date-time, in UTC. */
export const internalDate = (date: Date): string => {
  const [, day, month, year, time] = /^\w+, (\d\d) (\w+) (\d{4}) ([\d:]+) GMT$/.exec(date.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
};

const sourceId = (raw: string): string => createHash('sha256').update(raw, 'latin1').digest('hex');

const emptyFolder = (path: string, uidValidity: number, specialUse?: string): Mailbox => ({
  path,
  ...(specialUse === undefined ? {} : { specialUse }),
  uidvalidity: uidValidity,
  uidnext: 1,
  flags: [],
  permanentFlags: [...SYSTEM_FLAGS],
  allowPermanentFlags: true,
  subscribed: true,
  messages: [],
});

const loadFolder = (state: FolderState, sources: string): Mailbox => ({
  ...emptyFolder(state.path, state.uidValidity, state.specialUse),
  subscribed: state.subscribed,
  uidnext: state.uidNext,
  messages: state.messages.map(([uid, flags, internaldate, id]) => {
    const raw = readFileSync(join(sources, `${id}.eml`), 'latin1');
    if (sourceId(raw) !== id) throw new Error(`${id}.eml is not what was written`);
    return { uid, flags, internaldate, raw, sourceId: id };
  }),
});

/** A stop between writing a source and the state that names it leaves files nobody needs. */
const dropStrays = (sources: string, kept: ReadonlySet<string>): void => {
  for (const file of readdirSync(sources)) {
    const id = /^([0-9a-f]{64})\.eml(\.tmp)?$/.exec(file)?.[1];
    if (id !== undefined && (file.endsWith('.tmp') || !kept.has(id))) rmSync(join(sources, file), { force: true });
  }
};
