/** Changes since a MODSEQ in one command: SELECT with QRESYNC (RFC 7162 section 3.2.5) tells new rows and what vanished. */
import { MailyardError } from '../errors.ts';
import { keywordsOf } from '../mail/keyword.ts';
import { type UidSet, uidSet } from '../mail/uid-set.ts';
import { type MessageList, messageListBuilder } from '../sync/message-list.ts';
import { quotedName } from './bulk/folder-name.ts';
import { answered } from './errors.ts';
import { examine, type Since } from './pipe/examine.ts';
import { canPipe, withPipe } from './pipe/pipe.ts';
import { existsNow } from './selected.ts';
import type { MailSession } from './session.ts';

export type Resync = {
  readonly uidValidity: number;
  readonly rows: MessageList;
  /** May name messages that nobody knew. */
  readonly vanished: UidSet;
  readonly exists: number;
};

type FlagsEvent = { readonly uid?: number | undefined; readonly flags?: Set<string> | undefined };
type ExpungeEvent = { readonly uid?: number | undefined };

/** undefined where the server did not resynchronise: under another UIDVALIDITY, or without mod-sequences for the folder. */
export const resyncFolder = async (session: MailSession, path: string, since: Since): Promise<Resync | undefined> => {
  if (!canPipe(session)) return await resyncByImapflow(session, path, since);
  const seen = await withPipe(session, async (pipe) => {
    const name = quotedName({ path }, pipe.utf8);
    return name === undefined ? 'unnameable' : await examine(pipe, name, since);
  });
  if (seen === 'unnameable') return await resyncByImapflow(session, path, since);
  if (seen === undefined) throw new MailyardError('imap.refused', 'the server refused to open a folder');
  const { uidValidity, highestModseq, exists, rows, vanished, isClear } = seen;
  const wentAlong = uidValidity === since.uidValidity && (highestModseq ?? 0n) >= since.modseq;
  return wentAlong && isClear && exists !== undefined ? { uidValidity, rows, vanished, exists } : undefined;
};

const resyncByImapflow = async (session: MailSession, path: string, since: Since): Promise<Resync | undefined> => {
  const { client } = session;
  const rows = messageListBuilder();
  const vanished: number[] = [];
  const onFlags = ({ uid, flags }: FlagsEvent) => {
    if (uid !== undefined && uid > 0 && flags !== undefined) rows.add(uid, keywordsOf(flags));
  };
  const onExpunge = ({ uid }: ExpungeEvent) => {
    if (uid !== undefined && uid > 0) vanished.push(uid);
  };
  client.on('flags', onFlags);
  client.on('expunge', onExpunge);
  try {
    const opened = await answered(
      client.mailboxOpen(path, { readOnly: true, changedSince: since.modseq, uidValidity: since.uidValidity }),
    );
    // Not in the typings: true when the server went along.
    if (!('qresync' in opened) || opened.qresync !== true) return undefined;
    return {
      uidValidity: Number(opened.uidValidity),
      rows: rows.build(),
      vanished: uidSet(vanished),
      exists: existsNow(session),
    };
  } finally {
    client.removeListener('flags', onFlags);
    client.removeListener('expunge', onExpunge);
  }
};
