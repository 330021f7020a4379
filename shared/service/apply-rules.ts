/** Decides new messages: fetches what the rules need to know of them, and asks the rules. Nothing is done here. */
import { fetchFacts } from '../imap/messages.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import type { MessageFacts } from '../mail/message.ts';
import { NO_UIDS, type UidSet, uidSet, uidsOf, unionUids, withoutUids } from '../mail/uid-set.ts';
import type { Decision } from '../rules/effect.ts';
import { evaluate } from '../rules/evaluate.ts';
import { refersTo } from '../rules/mailbox-ref.ts';
import { type Needs, needsOf } from '../rules/needs.ts';
import type { Rule } from '../rules/rule.ts';

export type Decided = { readonly facts: MessageFacts; readonly decision: Decision };

export type RuleContext = {
  readonly accountId: string;
  readonly rules: readonly Rule[];
  readonly folders: readonly ListedFolder[];
  /** Headers wanted beside those that rules need, for the owner's screen. */
  readonly alsoHeaders: readonly string[];
  /** No further messages are to be read in this run. */
  readonly isLate: () => boolean;
};

/** The live rules that mail arriving in this folder is put to. */
export const rulesWatching = (context: RuleContext, path: string): Rule[] =>
  context.rules.filter(
    (rule) => rule.mode === 'live' && rule.mailboxes.some((ref) => refersTo(ref, path, context.folders)),
  );

/**
 * Decisions for the messages that could be read. The others are undecided: gone meanwhile, not shown in full, or more than
 * there was time for; they stay out of the mirror, so that the next run meets them again if they are there.
 */
export const applyRules = async (
  session: MailSession,
  context: RuleContext,
  folder: { readonly path: string; readonly uidValidity: number },
  arrived: UidSet,
): Promise<{ readonly decided: Decided[]; readonly undecided: UidSet }> => {
  const rules = rulesWatching(context, folder.path);
  const needs = withHeaders(needsOf(rules), context.alsoHeaders);
  const decided: Decided[] = [];
  let seen: UidSet = NO_UIDS;
  const batchMessages = needs.body ? LIMITS.fetchBodiesBatchMessages : LIMITS.fetchBatchMessages;
  for (const batch of batches(arrived, batchMessages)) {
    if (context.isLate()) break;
    const messages = await fetchFacts(session, folder, batch, needs);
    if (messages === undefined) break;
    for (const facts of messages) {
      const decision = evaluate(rules, facts, context);
      decided.push({
        facts: decision.effects.some(({ kind }) => kind === 'draft') ? facts : withoutBody(facts),
        decision,
      });
    }
    seen = unionUids(seen, uidSet(messages.map(({ uid }) => uid)));
  }
  return { decided, undecided: withoutUids(arrived, seen) };
};

/** Only a draft reads it once more; thousands of them would be kept for nothing. */
const withoutBody = ({ bodyText: _bodyText, ...facts }: MessageFacts): MessageFacts => facts;

export const withHeaders = (needs: Needs, names: readonly string[]): Needs => {
  if (names.length === 0) return needs;
  const headers = needs.headers === 'none' ? ['message-id'] : needs.headers;
  return { ...needs, headers: [...new Set([...headers, ...names])].sort() };
};

const batches = (uids: UidSet, messages: number): UidSet[] => {
  const all = [...uidsOf(uids)];
  const cut: UidSet[] = [];
  for (let from = 0; from < all.length; from += messages) {
    cut.push(uidSet(all.slice(from, from + messages)));
  }
  return cut;
};
