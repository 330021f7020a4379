/**
 * Messages that have another UID by now, found by EMAILID (RFC 8474), which a server must keep over COPY and MOVE. It names a
 * content and no place, so two alike may share one: all else that stays the same of a message has to agree, too.
 */
import { fetchFacts } from '../imap/messages.ts';
import { uidsByEmailId } from '../imap/pipe/email-ids.ts';
import { selectFolder } from '../imap/selected.ts';
import type { MailSession } from '../imap/session.ts';
import { emailMarkOf, fingerprintOf } from '../mail/fingerprint.ts';
import type { MessageFacts } from '../mail/message.ts';
import { hasUid, type UidSet, uidSet, uidsOf } from '../mail/uid-set.ts';
import type { Source } from '../sync/journal.ts';
import type { MessagesRef } from '../sync/requested.ts';

export type FoundAgain = {
  readonly facts: readonly MessageFacts[];
  /** As they were named. */
  readonly uids: UidSet;
};

export type LookedFor = {
  /** Of those named. */
  readonly wanted: UidSet;
  /** The lowest UID that they can have. */
  readonly from: number;
  /** UIDs in the folder that are other messages. */
  readonly others: UidSet;
};

/** undefined where the server has no EMAILIDs, none is known of the messages, or none of them is there. */
export const findByEmailId = async (
  session: MailSession,
  source: Source,
  { uids, fingerprints, emailMarks }: MessagesRef,
  { wanted, from, others }: LookedFor,
): Promise<FoundAgain | undefined> => {
  if (!session.objectid || fingerprints === undefined || emailMarks === undefined) return undefined;
  const left = new Map<string, number[]>();
  const marks = new Set<string>();
  for (const [i, uid] of [...uidsOf(uids)].entries()) {
    const mark = emailMarks[i];
    if (mark === undefined || !hasUid(wanted, uid)) continue;
    marks.add(mark);
    const key = `${mark} ${fingerprints[i]}`;
    left.set(key, [...(left.get(key) ?? []), uid]);
  }
  if (marks.size === 0) return undefined;
  if ((await selectFolder(session, source.path))?.uidValidity !== source.uidValidity) return undefined;
  const alike = await uidsByEmailId(session, marks, { from, others });
  if (alike.length === 0) return undefined;
  const read = (await fetchFacts(session, source, alike, { headers: 'none', body: false, structure: false })) ?? [];
  const facts: MessageFacts[] = [];
  const found: number[] = [];
  for (const one of read) {
    const key = `${emailMarkOf(one.emailId ?? '')} ${fingerprintOf(one)}`;
    const uid = left.get(key)?.shift();
    if (uid === undefined) continue;
    facts.push(one);
    found.push(uid);
  }
  return facts.length === 0 ? undefined : { facts, uids: uidSet(found) };
};
