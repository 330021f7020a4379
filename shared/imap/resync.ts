/** Changes since a MODSEQ in one command: SELECT with QRESYNC (RFC 7162 section 3.2.5) tells new rows and what vanished. */
import { keywordsOf } from '../mail/keyword.ts';
import { type UidSet, uidSet } from '../mail/uid-set.ts';
import { type MessageList, messageListBuilder } from '../sync/message-list.ts';
import { answered } from './errors.ts';
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
export const resyncFolder = async (
  session: MailSession,
  path: string,
  since: { readonly uidValidity: number; readonly modseq: bigint },
): Promise<Resync | undefined> => {
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
