/** What is in the messages that an event is about, read from the mail server when it is delivered: for who asked for it, and never kept. */
import { codeOf } from '../../errors.ts';
import { fetchFacts } from '../../imap/messages.ts';
import { LIMITS } from '../../limits.ts';
import { headerValues } from '../../mail/message.ts';
import { uidsOf } from '../../mail/uid-set.ts';
import { readAccount } from '../../store/accounts.ts';
import { followMoves } from '../../sync/follow-moves.ts';
import type { JournalPart } from '../../sync/journal.ts';
import type { YardEvent } from '../../sync/yard-event.ts';
import type { MailboxDeps } from '../mailbox-deps.ts';
import { openCredential } from '../open-credential.ts';
import { withMailbox } from '../with-mailbox.ts';

export type Included = { readonly includeSubjects: boolean; readonly includeBodies: boolean };
export type Content = { readonly subject?: string; readonly from?: string; readonly text?: string };

/** By the UID that the event names. Empty where the mailbox cannot be read now: an event does not wait for what is only added to it. */
export const readContent = async (
  deps: MailboxDeps,
  tenant: string,
  { accountId, messages }: YardEvent,
  parts: readonly JournalPart[],
  wanted: Included,
): Promise<ReadonlyMap<number, Content>> => {
  const content = new Map<number, Content>();
  let room: number = LIMITS.eventTextCharsMax;
  if (messages === undefined || !(wanted.includeSubjects || wanted.includeBodies)) return content;
  try {
    const account = await readAccount(deps.table, tenant, accountId);
    if (account === undefined) return content;
    const credential = await openCredential(deps, account);
    const timeoutMs = Math.min(LIMITS.readMessageSeconds * 1_000, deps.deadline() - deps.now());
    const needs = { headers: ['from', 'message-id', 'subject'], body: wanted.includeBodies, structure: false };
    const { path, uidValidity } = messages.source;
    await withMailbox(deps, { account, credential, timeoutMs }, async (session) => {
      for (const uid of uidsOf(messages.uids)) {
        // A rule may have moved it in the same run.
        const [place] = followMoves({ path, uidValidity, uids: [[uid, uid]] }, parts);
        const [facts] = place === undefined ? [] : ((await fetchFacts(session, place, place.uids, needs)) ?? []);
        if (facts === undefined) continue;
        content.set(uid, {
          ...(wanted.includeSubjects
            ? { subject: headerValues(facts, 'subject')[0] ?? '', from: headerValues(facts, 'from')[0] ?? '' }
            : {}),
          ...(facts.bodyText === undefined || facts.bodyText.length > room ? {} : { text: facts.bodyText }),
        });
        room -= facts.bodyText?.length ?? 0;
      }
    });
  } catch (error) {
    deps.log.warn('webhook.content-not-read', { account: accountId, code: codeOf(error) });
  }
  return content;
};
