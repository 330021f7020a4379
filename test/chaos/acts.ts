/**
 * What another client does. Folders and messages are named by shares, so that an act means something in any history; INBOX
 * by its name, for most of what happens to a mailbox happens there.
 */

import { isChosen } from './dice.ts';
import { encodeMutf7 } from './mutf7.ts';
import { quoted, type RawFolder, type RawImap, rawFolders, rawUids } from './raw-imap.ts';
import { FOLDER_NAMES } from './words.ts';

/** About `share` of a folder's messages, by `salt`; its newest; or those that were read: no UNSEEN tells when they go. */
export type Chosen =
  | { readonly share: number; readonly salt: number }
  | { readonly newest: number }
  | { readonly read: true };

/** A folder: INBOX, or by its share among all. */
export type Place = 'INBOX' | number;

export type Act =
  | { readonly do: 'deliver'; readonly folder: Place; readonly count: number; readonly flags: readonly string[] }
  /** Copies of what is there until it is about `count`, then keywords on a part of them each. */
  | { readonly do: 'crowd'; readonly folder: Place; readonly count: number; readonly keywords: readonly string[] }
  | {
      readonly do: 'flag' | 'unflag';
      readonly folder: Place;
      readonly which: Chosen;
      readonly flags: readonly string[];
    }
  | { readonly do: 'expunge' | 'replace'; readonly folder: Place; readonly which: Chosen }
  | { readonly do: 'move' | 'copy'; readonly folder: Place; readonly which: Chosen; readonly to: Place }
  | { readonly do: 'create'; readonly under: number | undefined; readonly name: number }
  | { readonly do: 'rename'; readonly folder: number; readonly under: number | undefined; readonly name: number }
  | { readonly do: 'delete' | 'recreate'; readonly folder: number }
  | { readonly do: 'swap'; readonly folder: number; readonly with: number }
  | { readonly do: 'uidvalidity'; readonly folder: Place; readonly value: number };

export type Actor = {
  readonly client: RawImap;
  /** `name` as on the line. */
  readonly setUidValidity: (name: string, value: number) => Promise<void>;
};

/**
 * False when it came to nothing: no such message, or the server refused. `here`, a name as on the line, is where it happens
 * in place of the folder that the act names.
 */
export const perform = async (actor: Actor, act: Act, here?: string): Promise<boolean> => {
  const folders = await rawFolders(actor.client);
  const selectable = folders.filter((folder) => folder.selectable);
  const indexOf = (place: Place): number =>
    place === 'INBOX' ? selectable.findIndex(({ name }) => isInbox(name)) : Math.floor(place * selectable.length);
  const at = (place: Place): RawFolder | undefined => selectable[indexOf(place)];
  const open = selectable.findIndex(({ name }) => name === here);
  const place = 'folder' in act ? (open < 0 ? indexOf(act.folder) : open) : 0;
  const folder = selectable[place];
  switch (act.do) {
    case 'create':
      return await create(actor, nameUnder(folders, act.under, act.name));
    case 'deliver':
      return await inFolder(actor, folder, (name) => deliver(actor, name, act.count, act.flags));
    case 'crowd':
      return await inFolder(actor, folder, (name) => crowd(actor, name, act.count, act.keywords));
    case 'delete':
      return await remove(actor, folder);
    case 'recreate':
      return await recreate(actor, folder);
    case 'rename':
      return await rename(actor, folder?.name, nameUnder(folders, act.under, act.name));
    case 'swap':
      return await swap(actor, folder, at(act.with));
    case 'uidvalidity':
      return await inFolder(actor, folder, async (name) => {
        await actor.client.send('UNSELECT');
        await actor.setUidValidity(name, act.value);
        return true;
      });
    default:
      return await onChosen(actor, act, [...selectable.slice(place), ...selectable.slice(0, place)], at);
  }
};

type OnMessages = Extract<Act, { readonly which: Chosen }>;

/** In the folder named, or the next that has such messages: most folders of a random history are soon empty. */
const onChosen = async (
  actor: Actor,
  act: OnMessages,
  inTurn: readonly RawFolder[],
  at: (place: Place) => RawFolder | undefined,
): Promise<boolean> => {
  for (const folder of inTurn) {
    const { ok } = await actor.client.send(`SELECT ${quoted(folder.name)}`);
    const uids = ok ? await chosenOf(actor, act.which) : [];
    if (uids.length > 0) return await onMessages(actor, act, folder.name, uids, at);
  }
  return false;
};

const inFolder = async (
  { client }: Actor,
  folder: RawFolder | undefined,
  act: (name: string) => Promise<boolean>,
): Promise<boolean> => {
  if (folder === undefined) return false;
  const { ok } = await client.send(`SELECT ${quoted(folder.name)}`);
  return ok && (await act(folder.name));
};

const onMessages = async (
  actor: Actor,
  act: OnMessages,
  name: string,
  uids: readonly number[],
  at: (place: Place) => RawFolder | undefined,
): Promise<boolean> => {
  const { client } = actor;
  const set = uids.join(',');
  switch (act.do) {
    case 'flag':
    case 'unflag':
      return (await client.send(`UID STORE ${set} ${act.do === 'flag' ? '+' : '-'}FLAGS (${act.flags.join(' ')})`)).ok;
    case 'expunge':
      return await expunge(actor, set);
    case 'replace':
      // As many as went away: no count tells it.
      return (await expunge(actor, set)) && (await deliver(actor, name, uids.length, []));
    case 'move':
    case 'copy': {
      const target = at(act.to);
      if (target === undefined || (target.name === name && act.do === 'move')) return false;
      return (await client.send(`UID ${act.do.toUpperCase()} ${set} ${quoted(target.name)}`)).ok;
    }
  }
};

const expunge = async ({ client }: Actor, set: string): Promise<boolean> => {
  await client.send(`UID STORE ${set} +FLAGS.SILENT (\\Deleted)`);
  return (await client.send(`UID EXPUNGE ${set}`)).ok;
};

const deliver = async ({ client }: Actor, name: string, count: number, flags: readonly string[]): Promise<boolean> => {
  const messages = Array.from({ length: count }, (_, i) => {
    const text = `From: ann@example.org\r\nSubject: Letter ${i}\r\nMessage-ID: <${i}@example.org>\r\n\r\nHello.\r\n`;
    return ` (${flags.join(' ')}) {${text.length}+}\r\n${text}`;
  });
  return (await client.send(`APPEND ${quoted(name)}${messages.join('')}`)).ok;
};

const crowd = async (actor: Actor, name: string, count: number, keywords: readonly string[]): Promise<boolean> => {
  const { client } = actor;
  let uids = await rawUids(client);
  if (uids.length === 0 && !(await deliver(actor, name, 8, []))) return false;
  for (let have = Math.max(uids.length, 8); have * 2 <= count; have *= 2) {
    await client.send(`UID COPY 1:* ${quoted(name)}`);
  }
  uids = await rawUids(client);
  for (const [salt, keyword] of keywords.entries()) {
    const some = uids.filter((uid) => isChosen(uid, salt, 0.3));
    if (some.length > 0) await client.send(`UID STORE ${some.join(',')} +FLAGS.SILENT (${keyword})`);
  }
  return true;
};

const create = async ({ client }: Actor, name: string | undefined): Promise<boolean> =>
  name !== undefined && (await client.send(`CREATE ${quoted(name)}`)).ok;

const isInbox = (name: string): boolean => name.toUpperCase() === 'INBOX';

const remove = async ({ client }: Actor, folder: RawFolder | undefined): Promise<boolean> => {
  if (folder === undefined || isInbox(folder.name)) return false;
  await client.send('UNSELECT');
  return (await client.send(`DELETE ${quoted(folder.name)}`)).ok;
};

/** The same name and as many messages: only UIDVALIDITY tells it from the one before. */
const recreate = async (actor: Actor, folder: RawFolder | undefined): Promise<boolean> => {
  if (folder === undefined || isInbox(folder.name)) return false;
  const selected = await actor.client.send(`SELECT ${quoted(folder.name)}`);
  const count = Number(/^\* (\d+) EXISTS/m.exec(selected.text)?.[1] ?? 0);
  if (!selected.ok || !(await remove(actor, folder))) return false;
  await create(actor, folder.name);
  return count === 0 || (await deliver(actor, folder.name, Math.min(count, 60), ['\\Flagged']));
};

const rename = async ({ client }: Actor, from: string | undefined, to: string | undefined): Promise<boolean> => {
  if (from === undefined || to === undefined) return false;
  await client.send('UNSELECT');
  return (await client.send(`RENAME ${quoted(from)} ${quoted(to)}`)).ok;
};

const swap = async (actor: Actor, a: RawFolder | undefined, b: RawFolder | undefined): Promise<boolean> => {
  if (a === undefined || b === undefined || isInbox(a.name) || isInbox(b.name) || a.name === b.name) return false;
  const aside = `${a.name}-aside`;
  const aAway = await rename(actor, a.name, aside);
  const bAway = aAway && (await rename(actor, b.name, a.name));
  return bAway && (await rename(actor, aside, b.name));
};

const chosenOf = async ({ client }: Actor, which: Chosen): Promise<readonly number[]> => {
  if ('read' in which) return await rawUids(client, 'SEEN');
  const uids = await rawUids(client);
  return 'newest' in which ? uids.slice(-which.newest) : uids.filter((uid) => isChosen(uid, which.salt, which.share));
};

/** A top level, or a child of one that is there; the personal namespace's prefix is that of INBOX's siblings. */
const nameUnder = (folders: readonly RawFolder[], under: number | undefined, name: number): string | undefined => {
  const delimiter = folders[0]?.delimiter ?? '/';
  const wanted = FOLDER_NAMES[name];
  if (wanted === undefined) return undefined;
  const level = encodeMutf7(wanted.replaceAll(delimiter, '_'));
  if (under !== undefined) {
    const parent = folders[Math.floor(under * folders.length)];
    // Two levels below are deep enough, and INBOX has children only where the server says so.
    if (parent !== undefined && parent.name.split(delimiter).length < 4 && !isInbox(parent.name))
      return `${parent.name}${delimiter}${level}`;
  }
  const prefix = folders.every(({ name: one }) => isInbox(one) || one.startsWith(`INBOX${delimiter}`));
  return prefix ? `INBOX${delimiter}${level}` : level;
};
