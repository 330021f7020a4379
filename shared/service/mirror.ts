/** The mirrors of the folders that one run touches: read once, changed in memory, written once. */
import { LIMITS } from '../limits.ts';
import type { Keyword } from '../mail/keyword.ts';
import { hasUid, type UidSet, unionUids } from '../mail/uid-set.ts';
import type { AccountRef } from '../store/head.ts';
import { readSegments, type StoredSegment, segmentOverheadBytes, writeSegments } from '../store/segments.ts';
import type { Table } from '../store/table.ts';
import { keywordsAt, type MessageList, messageListOf, withMessages, withoutMessages } from '../sync/message-list.ts';
import { type PackOptions, type SegmentChanges, unpackingSteps, updateSegments, updatingSteps } from '../sync/pack.ts';
import { inTurn } from './in-turn.ts';

export type MirrorFolder = { readonly folderId: string; readonly uidValidity: number };

export type Mirrors = {
  /** The messages of a folder, as this run has them by now. */
  readonly read: (folder: MirrorFolder) => Promise<MessageList>;
  /** The keywords of single messages, by now; undefined for one that is not there. Costs no copy of the folder. */
  readonly keywords: (folder: MirrorFolder) => Promise<(uid: number) => readonly Keyword[] | undefined>;
  readonly set: (folder: MirrorFolder, messages: MessageList) => Promise<void>;
  readonly add: (folder: MirrorFolder, rows: readonly { uid: number; keywords: readonly string[] }[]) => Promise<void>;
  readonly remove: (folder: MirrorFolder, uids: UidSet) => Promise<void>;
  /** Packs what changed, while the database is at work on something else; `save` packs what it finds unpacked. */
  readonly pack: () => Promise<void>;
  /** Segments that would be written. */
  readonly pending: () => number;
  readonly save: () => Promise<void>;
  /** Saves one folder and lets go of it: a first sync of many holds one at a time. */
  readonly flush: (folder: MirrorFolder) => Promise<void>;
  /** Writes every segment of these folders anew, so that a worker that still thinks it holds the lease cannot. */
  readonly fence: (folders: readonly MirrorFolder[]) => Promise<void>;
};

const keyOf = ({ folderId, uidValidity }: MirrorFolder): string => `${folderId} ${uidValidity}`;

type Held = {
  readonly folder: MirrorFolder;
  stored: StoredSegment[];
  /** Without what is owed. */
  messages: MessageList;
  /** What came and what went since, at most one of them: to enter it costs a copy of the whole folder, and a run has many parts. */
  owed?: { readonly added: MessageList } | { readonly gone: UidSet };
  planned?: { readonly messages: MessageList; readonly changes: SegmentChanges };
};

const settled = (one: Held): MessageList => {
  const { owed } = one;
  if (owed === undefined) return one.messages;
  delete one.owed;
  one.messages = 'added' in owed ? withMessages(one.messages, owed.added) : withoutMessages(one.messages, owed.gone);
  return one.messages;
};

const owe = (one: Held, owed: NonNullable<Held['owed']>): void => {
  const before = one.owed;
  if (before !== undefined && 'added' in before && 'added' in owed) {
    one.owed = { added: withMessages(before.added, owed.added) };
  } else if (before !== undefined && 'gone' in before && 'gone' in owed) {
    one.owed = { gone: unionUids(before.gone, owed.gone) };
  } else {
    settled(one);
    one.owed = owed;
  }
};

/** `isEmpty`: the account is known to have no segments, so that none is asked for. */
export const openMirrors = (table: Table, ref: AccountRef, isEmpty = false): Mirrors => {
  const held = new Map<string, Held>();
  const reading = new Map<string, Promise<Held>>();
  const flushed = new Set<string>();

  const load = async (folder: MirrorFolder, key: string): Promise<Held> => {
    const stored = isEmpty && !flushed.has(key) ? [] : await readSegments(table, ref, folder);
    const fresh = { folder, stored, messages: await inTurn(unpackingSteps(stored)) };
    held.set(key, fresh);
    return fresh;
  };
  /** Two who ask for the same folder at once get the same. */
  const hold = async (folder: MirrorFolder): Promise<Held> => {
    const key = keyOf(folder);
    const known = held.get(key);
    if (known !== undefined) return known;
    const underWay = reading.get(key) ?? load(folder, key).finally(() => reading.delete(key));
    reading.set(key, underWay);
    return await underWay;
  };

  const options = (folder: MirrorFolder): PackOptions => ({
    segmentBytesMax: LIMITS.segmentItemBytesMax,
    fillShare: LIMITS.segmentFillShare,
    overheadBytes: segmentOverheadBytes(ref, folder),
  });
  const changesOf = (one: Held): SegmentChanges => {
    const messages = settled(one);
    if (one.planned?.messages !== messages) {
      one.planned = { messages, changes: updateSegments(one.stored, messages, options(one.folder)) };
    }
    return one.planned.changes;
  };

  return {
    read: async (folder) => settled(await hold(folder)),
    keywords: async (folder) => {
      const { messages, owed } = await hold(folder);
      if (owed === undefined) return (uid) => keywordsAt(messages, uid);
      if ('added' in owed) return (uid) => keywordsAt(owed.added, uid) ?? keywordsAt(messages, uid);
      return (uid) => (hasUid(owed.gone, uid) ? undefined : keywordsAt(messages, uid));
    },
    set: async (folder, messages) => {
      const one = await hold(folder);
      delete one.owed;
      one.messages = messages;
    },
    add: async (folder, rows) => owe(await hold(folder), { added: messageListOf(rows) }),
    remove: async (folder, uids) => owe(await hold(folder), { gone: uids }),
    pack: async () => {
      for (const one of held.values()) {
        const messages = settled(one);
        one.planned = { messages, changes: await inTurn(updatingSteps(one.stored, messages, options(one.folder))) };
      }
    },
    pending: () => {
      let count = 0;
      for (const one of held.values()) {
        const { write, remove } = changesOf(one);
        count += write.length + remove.length;
      }
      return count;
    },
    save: async () => {
      for (const one of held.values()) await writeSegments(table, ref, one.folder, one.stored, changesOf(one));
    },
    flush: async (folder) => {
      const one = await hold(folder);
      await writeSegments(table, ref, folder, one.stored, changesOf(one));
      held.delete(keyOf(folder));
      flushed.add(keyOf(folder));
    },
    fence: async (folders) => {
      for (const folder of folders) {
        const one = await hold(folder);
        await writeSegments(table, ref, folder, one.stored, { write: one.stored, remove: [] });
        one.stored = one.stored.map((segment) => ({ ...segment, version: segment.version + 1 }));
      }
    },
  };
};
