/** Decides new messages: fetches what the rules need to know of them, and asks the rules. Nothing is done here. */
import { isMailyardError } from '../errors.ts';
import { fetchFacts } from '../imap/messages.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import type { MessageFacts } from '../mail/message.ts';
import { NO_UIDS, type UidSet, uidCount, uidSet, uidsOf, unionUids, withoutUids } from '../mail/uid-set.ts';
import type { EvaluateContext, MessageHistory } from '../rules/context.ts';
import type { Decision } from '../rules/effect.ts';
import { compileRules } from '../rules/evaluate.ts';
import { refersTo } from '../rules/mailbox-ref.ts';
import type { NamedList } from '../rules/named-list.ts';
import { type Needs, needsOf } from '../rules/needs.ts';
import type { Rule } from '../rules/rule.ts';
import { type Trial, trialOf } from '../rules/try-out.ts';
import { askForDuplicates, type SeenFolder, type SeenMessages } from './seen-messages.ts';

/** `trial`: what rules in shadow mode would do beside or in place of that. */
export type Decided = { readonly facts: MessageFacts; readonly decision: Decision; readonly trial?: Trial };

export type RuleContext = {
  readonly accountId: string;
  readonly rules: readonly Rule[];
  readonly folders: readonly ListedFolder[];
  /** When the run began, in milliseconds since 1970. */
  readonly now: number;
  /** The owner's addresses. */
  readonly me: readonly string[];
  /** The owner's lists that rules name. */
  readonly lists?: ReadonlyMap<string, NamedList>;
  /** Tells duplicates; without it none is known. */
  readonly seen?: SeenMessages;
  /** Headers wanted beside those that rules need, for the owner's screen. */
  readonly alsoHeaders: readonly string[];
  /** No further messages are to be read in this run. */
  readonly isLate: () => boolean;
};

/** The rules, live and on trial, that mail arriving in this folder is put to. */
export const rulesWatching = (context: RuleContext, path: string): Rule[] =>
  context.rules.filter(
    (rule) =>
      rule.mode !== 'off' &&
      rule.trigger.type === 'arrived' &&
      rule.mailboxes.some((ref) => refersTo(ref, path, context.folders)),
  );

/**
 * Decisions for the messages that could be read. The others are undecided: gone meanwhile, not shown in full, refused by the
 * server (`refused` of them), or more than there was time for; they stay out of the mirror, so that the next run meets them again if they are there.
 */
export const applyRules = async (
  session: MailSession,
  context: RuleContext,
  folder: SeenFolder & { readonly path: string },
  arrived: UidSet,
): Promise<{ readonly decided: Decided[]; readonly undecided: UidSet; readonly refused: number }> => {
  const rules = rulesWatching(context, folder.path);
  const needs = withHeaders(needsOf(rules, ['live', 'shadow']), context.alsoHeaders);
  const decide = decider(rules, context);
  const seenMessages = askForDuplicates(rules) ? context.seen : undefined;
  const decided: Decided[] = [];
  let seen: UidSet = NO_UIDS;
  let refused = 0;
  const open = batches(arrived, needs.body ? LIMITS.fetchBodiesBatchMessages : LIMITS.fetchBatchMessages);
  for (let batch = open.shift(); batch !== undefined && !context.isLate(); batch = open.shift()) {
    const messages = await fetchFacts(session, folder, batch, needs).catch((error: unknown) => {
      if (!isMailyardError(error, 'imap.refused')) throw error;
      return 'refused' as const;
    });
    if (messages === 'refused') {
      // One message that the server chokes on must not hold up the others.
      if (uidCount(batch) === 1) refused += 1;
      else open.unshift(...halves(batch));
      continue;
    }
    if (messages === undefined) break;
    const duplicates = await seenMessages?.meet(folder, messages);
    for (const [n, facts] of messages.entries()) {
      const isDuplicate = duplicates?.[n];
      const { decision, trial } = decide(facts, isDuplicate === undefined ? {} : { isDuplicate });
      decided.push({
        facts: decision.effects.some(({ kind }) => kind === 'draft') ? facts : withoutBody(facts),
        decision,
        ...(trial === undefined ? {} : { trial }),
      });
    }
    seen = unionUids(seen, uidSet(messages.map(({ uid }) => uid)));
  }
  return { decided, undecided: withoutUids(arrived, seen), refused };
};

/** Live rules see what live rules do; those on trial are asked once more with them, as if all were live. */
export const decider = (
  rules: readonly Rule[],
  context: Omit<EvaluateContext, 'modes'>,
): ((facts: MessageFacts, history: MessageHistory) => Pick<Decided, 'decision' | 'trial'>) => {
  const onTrial = new Set(rules.filter(({ mode }) => mode === 'shadow').map(({ id }) => id));
  const live = compileRules(rules, context);
  if (onTrial.size === 0) return (facts, history) => ({ decision: live(facts, history) });
  const all = compileRules(rules, { ...context, modes: ['live', 'shadow'] });
  return (facts, history) => ({
    decision: live(facts, history),
    trial: trialOf(all(facts, history), (ruleId) => onTrial.has(ruleId)),
  });
};

/** Only a draft reads it once more; thousands of them would be kept for nothing. */
const withoutBody = ({ bodyText: _bodyText, ...facts }: MessageFacts): MessageFacts => facts;

export const withHeaders = (needs: Needs, names: readonly string[]): Needs => {
  if (names.length === 0) return needs;
  const headers = needs.headers === 'none' ? ['message-id'] : needs.headers;
  return { ...needs, headers: [...new Set([...headers, ...names])].sort() };
};

const halves = (uids: UidSet): UidSet[] => {
  const all = [...uidsOf(uids)];
  const middle = all.length >> 1;
  return [uidSet(all.slice(0, middle)), uidSet(all.slice(middle))];
};

const batches = (uids: UidSet, messages: number): UidSet[] => {
  const all = [...uidsOf(uids)];
  const cut: UidSet[] = [];
  for (let from = 0; from < all.length; from += messages) {
    cut.push(uidSet(all.slice(from, from + messages)));
  }
  return cut;
};
