/**
 * Finding our own results in a target folder after the server's answer was lost: by FETCH of what arrived since the UIDNEXT
 * noted before, never by SEARCH HEADER, which several servers answer wrongly.
 */
import { LIMITS } from '../limits.ts';
import { EFFECT_HEADER } from '../mail/effect-header.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import { type Keyword, keywordsOf } from '../mail/keyword.ts';
import { headerValues } from '../mail/message.ts';
import { parseHeaders } from '../mail/parse-headers.ts';
import { formatUidSet, type UidSet } from '../mail/uid-set.ts';
import type { Target } from '../sync/journal.ts';
import { answered } from './errors.ts';
import { timeOf } from './internal-date.ts';
import { selectFolder } from './selected.ts';
import type { MailSession } from './session.ts';

export type Described = {
  readonly uid: number;
  /** The effect's id that one of our drafts carries. */
  readonly marker: string | undefined;
  /** '' where it has none. */
  readonly messageId: string;
  readonly fingerprint: string;
  readonly keywords: readonly Keyword[];
};

export type Arrived = {
  readonly uidValidity: number;
  readonly messages: readonly Described[];
  /** Others came, and somebody has taken them away since: nobody can tell what they were. */
  readonly someGone: boolean;
};

/**
 * What lies in the target at or after its noted UIDNEXT, oldest first. `missing`: there is no such folder. `made-anew`: it has
 * another UIDVALIDITY by now, so that nothing can be said of what was sent there.
 */
export const arrivedSince = async (
  session: MailSession,
  target: Target,
): Promise<Arrived | 'missing' | 'made-anew'> => {
  const selected = await selectFolder(session, target.path);
  if (selected === undefined) return 'missing';
  if (target.uidValidity !== undefined && target.uidValidity !== selected.uidValidity) return 'made-anew';
  const from = target.uidNext ?? 1;
  const rows = selected.exists === 0 ? [] : await describe(session, `${from}:*`);
  // `n:*` gives the last message even when its UID is below n (RFC 9051 section 6.4.9).
  const all = rows.filter(({ uid }) => uid >= from);
  // UIDs are given out one after the other (RFC 9051 section 2.3.1.1), so what is missing among them was there.
  const uidNext = Math.max(selected.uidNext ?? 0, (all.at(-1)?.uid ?? 0) + 1);
  const someGone = target.uidNext !== undefined && uidNext - from > all.length;
  return { uidValidity: selected.uidValidity, messages: all.slice(0, LIMITS.lookupMessagesMax), someGone };
};

/** Those of the open folder that are there, in order of UID. */
export const describeMessages = (session: MailSession, uids: UidSet): Promise<Described[]> =>
  describe(session, formatUidSet(uids));

const describe = async ({ client }: MailSession, range: string): Promise<Described[]> => {
  const query = { uid: true, flags: true, size: true, internalDate: true, headers: ['message-id', EFFECT_HEADER] };
  const rows = await answered(client.fetchAll(range, query, { uid: true }));
  return rows
    .map((row): Described => {
      const headers = row.headers === undefined ? [] : parseHeaders(row.headers);
      return {
        uid: row.uid,
        messageId: headerValues({ headers }, 'message-id')[0] ?? '',
        marker: headerValues({ headers }, EFFECT_HEADER)[0],
        fingerprint: fingerprintOf({ headers, size: row.size ?? 0, receivedAt: timeOf(row.internalDate) }),
        keywords: keywordsOf(row.flags ?? []),
      };
    })
    .sort((a, b) => a.uid - b.uid);
};
