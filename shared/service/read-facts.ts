/** Reads what rules need to know of some messages, batch by batch; one that the server chokes on holds up no other. */
import { isMailyardError } from '../errors.ts';
import { fetchFacts } from '../imap/messages.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { MessageFacts } from '../mail/message.ts';
import { type UidSet, uidCount, uidSet, uidsOf } from '../mail/uid-set.ts';
import type { Needs } from '../rules/needs.ts';

export type FactsWanted = {
  readonly folder: { readonly path: string; readonly uidValidity: number };
  /** In the order in which they are to be read. */
  readonly uids: readonly number[];
  readonly needs: Needs;
  readonly isLate: () => boolean;
  /** A message that the server would not show. */
  readonly onRefused?: () => void;
};

/** Gives each batch as it comes; ends when the folder is no longer there, or the time is over. */
export async function* readFacts(
  session: MailSession,
  { folder, uids, needs, isLate, onRefused }: FactsWanted,
): AsyncGenerator<readonly MessageFacts[], void> {
  const open = batches(uids, needs.body ? LIMITS.fetchBodiesBatchMessages : LIMITS.fetchBatchMessages);
  for (let batch = open.shift(); batch !== undefined && !isLate(); batch = open.shift()) {
    const messages = await fetchFacts(session, folder, batch, needs).catch((error: unknown) => {
      if (!isMailyardError(error, 'imap.refused')) throw error;
      return 'refused' as const;
    });
    if (messages === 'refused') {
      // One message that the server chokes on must not hold up the others.
      if (uidCount(batch) === 1) onRefused?.();
      else open.unshift(...halves(batch));
      continue;
    }
    if (messages === undefined) break;
    yield messages;
  }
}

const halves = (uids: UidSet): UidSet[] => {
  const all = [...uidsOf(uids)];
  const middle = all.length >> 1;
  return [uidSet(all.slice(0, middle)), uidSet(all.slice(middle))];
};

const batches = (uids: readonly number[], messages: number): UidSet[] => {
  const cut: UidSet[] = [];
  for (let from = 0; from < uids.length; from += messages) {
    cut.push(uidSet(uids.slice(from, from + messages)));
  }
  return cut;
};
