/** What is done in the folder that is open for writing, over a pipe: each call is one or two commands, and several calls go at once. */
import { MailyardError } from '../../errors.ts';
import type { FolderStatus } from '../../mail/folder.ts';
import { flagOf, keywordsOf } from '../../mail/keyword.ts';
import { formatUidSet, hasUid, type UidSet, uidCount } from '../../mail/uid-set.ts';
import { STAR } from '../bulk/ascii.ts';
import { modifiedUtf7, quotedName } from '../bulk/folder-name.ts';
import type { StatusResponse } from '../bulk/response.ts';
import { cursorOver, nextToken } from '../bulk/tokens.ts';
import type { TransferEvidence } from '../effects.ts';
import { folderStatusOf } from '../folder-row.ts';
import { readStatusRow } from '../look/read-row.ts';
import type { FlagRow, FlagStore, OpenFolder } from '../open-folder.ts';
import { type CopyUid, readCopyUid } from './copy-uid.ts';
import type { Hear, Pipe } from './pipe.ts';

export type PipedFolder = OpenFolder & {
  /** UID MOVE (RFC 6851) of messages that no other call moves. */
  readonly move: (uids: UidSet, path: string) => Promise<TransferEvidence>;
  /** Of another folder; undefined where the server gives none, and it has to be asked in another way. */
  readonly status: (path: string) => Promise<FolderStatus | undefined>;
};

export const pipedFolder = (pipe: Pipe, about: Pick<OpenFolder, 'condstore' | 'keeps'>): PipedFolder => {
  const fetchFlags = async (uids: UidSet, rows: Map<number, FlagRow>): Promise<void> => {
    const items = about.condstore ? '(UID FLAGS MODSEQ)' : '(UID FLAGS)';
    requireDone(await pipe.ask(`UID FETCH ${formatUidSet(uids)} ${items}`, rowsInto(rows, uids)));
  };
  const readFlags: OpenFolder['readFlags'] = async (uids) => {
    const rows = new Map<number, FlagRow>();
    await fetchFlags(uids, rows);
    return [...rows.values()];
  };
  return {
    ...about,
    readFlags,
    storeAndRead: async (uids, store) => {
      const { sign, keywords, unchangedSince } = store;
      const condition = unchangedSince === undefined ? '' : `(UNCHANGEDSINCE ${unchangedSince}) `;
      const flags = keywords.map(flagOf).join(' ');
      const rows = new Map<number, FlagRow>();
      const stored = pipe.ask(`UID STORE ${formatUidSet(uids)} ${condition}${sign}FLAGS.SILENT (${flags})`);
      const [answer] = await Promise.all([stored, fetchFlags(uids, rows)]);
      requireDone(answer);
      const shown = [...rows.values()];
      // A row that does not show it may be from before it was stored.
      const isProved = shown.filter((row) => shows(row, store)).length === uidCount(uids);
      return isProved ? shown : await readFlags(uids);
    },
    move: async (uids, path) => {
      let copied: CopyUid | undefined;
      const hear: Hear = ({ kind }, bytes, from, to) => {
        if (kind !== 'status' && kind !== 'tagged') return;
        copied = readCopyUid(bytes, from, to, uids) ?? copied;
      };
      const { status } = await pipe.ask(`UID MOVE ${formatUidSet(uids)} ${nameOf(pipe, path) ?? ''}`, hear);
      return { refused: status !== 'OK', ...(copied === undefined ? {} : { copied }) };
    },
    status: async (path) => {
      const name = nameOf(pipe, path);
      if (name === undefined) return undefined;
      let found: FolderStatus | undefined;
      const items = `(MESSAGES UIDNEXT UIDVALIDITY UNSEEN${about.condstore ? ' HIGHESTMODSEQ' : ''})`;
      const { status } = await pipe.ask(`STATUS ${name} ${items}`, ({ kind: known }, bytes, from, to) => {
        if (known !== 'other') return;
        const cursor = cursorOver(bytes, from + 1, to);
        const kind = bytes[from] === STAR ? nextToken(cursor) : undefined;
        if (kind?.kind !== 'atom' || kind.text.toString('latin1').toUpperCase() !== 'STATUS') return;
        const row = readStatusRow(cursor);
        if (row !== 'odd' && isNamed(row.name, path, pipe)) found = folderStatusOf(row.numbers);
      });
      return status === 'OK' ? found : undefined;
    },
  };
};

const nameOf = ({ utf8 }: Pipe, path: string): string | undefined => quotedName({ path }, utf8);

/** `name` as the server wrote it. */
const isNamed = (name: string, path: string, { utf8 }: Pipe): boolean =>
  name === (utf8 ? path : modifiedUtf7(path)) || (path === 'INBOX' && name.toUpperCase() === path);

const shows = ({ keywords: held }: FlagRow, { sign, keywords }: FlagStore): boolean =>
  keywords.every((keyword) => held.has(keyword) === (sign === '+'));

const rowsInto =
  (rows: Map<number, FlagRow>, uids: UidSet): Hear =>
  (row) => {
    if (row.kind !== 'row' || row.uid === undefined || row.flags === undefined || !hasUid(uids, row.uid)) return;
    rows.set(row.uid, { uid: row.uid, keywords: new Set(keywordsOf(row.flags)), modseq: row.modseq });
  };

const requireDone = ({ status }: StatusResponse): void => {
  if (status !== 'OK') throw new MailyardError('imap.refused', 'the server refused a command about flags');
};
