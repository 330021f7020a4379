/** Decides messages: fetches what the rules need to know of them, and asks the rules. Nothing is done here. */
import type { MailSession } from '../imap/session.ts';
import type { ListedFolder } from '../mail/folder.ts';
import type { MessageFacts } from '../mail/message.ts';
import { NO_UIDS, type UidSet, uidSet, uidsOf, unionUids, withoutUids } from '../mail/uid-set.ts';
import type { MessageHistory } from '../rules/context.ts';
import type { Decision } from '../rules/effect.ts';
import { refersTo } from '../rules/mailbox-ref.ts';
import type { NamedList } from '../rules/named-list.ts';
import { type Needs, needsOf } from '../rules/needs.ts';
import { type PreparedRules, prepareRules } from '../rules/prepare-rules.ts';
import type { Rule } from '../rules/rule.ts';
import type { Trigger, TriggerEvent } from '../rules/trigger.ts';
import { type Trial, trialOf } from '../rules/try-out.ts';
import type { FunctionAsker } from './ask-functions.ts';
import { askedOnce, type DecideWith, decideMessage } from './decide-message.ts';
import { readFacts } from './read-facts.ts';
import type { RunHistory } from './run-history.ts';
import { askForDuplicates, type SeenFolder, type SeenMessages } from './seen-messages.ts';

/**
 * `trigger` names what happened to the message: the same once more is another. `trial`: what rules in shadow mode would do beside
 * or in place of that.
 */
export type Decided = {
  readonly facts: MessageFacts;
  readonly decision: Decision;
  readonly trigger: string;
  readonly trial?: Trial;
};

export type RuleContext = {
  readonly accountId: string;
  readonly rules: readonly Rule[];
  readonly folders: readonly ListedFolder[];
  /** When the run began, in milliseconds since 1970. */
  readonly now: number;
  /** The owner's addresses. */
  readonly me: readonly string[];
  /** IANA name of the owner's time zone. */
  readonly timeZone: string;
  readonly history: RunHistory;
  readonly ask: FunctionAsker;
  /** Rules that this run has paused. */
  readonly paused: Set<string>;
  /** The owner's lists that rules name. */
  readonly lists?: ReadonlyMap<string, NamedList>;
  /** Tells duplicates; without it none is known. */
  readonly seen?: SeenMessages;
  /** Headers wanted beside those that rules need, for the owner's screen. */
  readonly alsoHeaders: readonly string[];
  /** No further messages are to be read in this run. */
  readonly isLate: () => boolean;
};

/** New in a folder, however it came there. */
export const ARRIVALS: readonly Trigger['type'][] = ['arrived', 'movedInto'];

/** The rules of these triggers, live and on trial, that are asked about messages in this folder. */
export const rulesWatching = (
  context: RuleContext,
  path: string,
  triggers: readonly Trigger['type'][] = ARRIVALS,
): Rule[] =>
  context.rules.filter(
    (rule) =>
      triggers.includes(rule.trigger.type) &&
      isAsked(context, rule) &&
      rule.mailboxes.some((ref) => refersTo(ref, path, context.folders)),
  );

/** Neither off nor paused. */
export const isAsked = ({ paused }: Pick<RuleContext, 'paused'>, rule: Rule): boolean =>
  rule.mode !== 'off' && rule.paused === undefined && !paused.has(rule.id);

/** What happened, and which rules may be asked about it. */
export type Asked = {
  readonly rules: readonly Rule[];
  readonly eventOf: (facts: MessageFacts) => TriggerEvent;
  readonly trigger: string;
  /** How often functions were asked about these messages before. */
  readonly attempt?: number;
};

/**
 * Decisions for the messages that could be read. The others are undecided: gone meanwhile, not shown in full, refused by the
 * server (`refused` of them), or more than there was time for; they stay out of the mirror, so that the next run meets them again if they are there.
 */
export const applyRules = async (
  session: MailSession,
  context: RuleContext,
  folder: SeenFolder & { readonly path: string },
  uids: UidSet,
  { rules, eventOf, trigger, attempt = 0 }: Asked,
): Promise<Applied> => {
  const needs = withHeaders(needsOf(rules, ['live', 'shadow']), context.alsoHeaders);
  const worldsFor = worldsOf(rules, context);
  const seenMessages = askForDuplicates(rules) ? context.seen : undefined;
  const decided: Decided[] = [];
  let seen: UidSet = NO_UIDS;
  let refused = 0;
  const onRefused = (): void => {
    refused += 1;
  };
  const wanted = { folder, uids: [...uidsOf(uids)], needs, isLate: context.isLate, onRefused };
  for await (const messages of readFacts(session, wanted)) {
    const duplicates = await seenMessages?.meet(folder, messages);
    for (const [n, facts] of messages.entries()) {
      const isDuplicate = duplicates?.[n];
      const known = isDuplicate === undefined ? {} : { isDuplicate };
      const { decision, trial } = await decide(worldsFor(eventOf(facts)), { ...context, attempt }, facts, known);
      decided.push({
        facts: decision.effects.some(({ kind }) => kind === 'draft') ? facts : withoutBody(facts),
        decision,
        trigger,
        ...(trial === undefined ? {} : { trial }),
      });
    }
    seen = unionUids(seen, uidSet(messages.map(({ uid }) => uid)));
  }
  return { decided, undecided: withoutUids(uids, seen), refused };
};

export type Applied = { readonly decided: Decided[]; readonly undecided: UidSet; readonly refused: number };

type Worlds = { readonly live: PreparedRules; readonly asIf?: PreparedRules };

/** Rules made ready once for each event there is. `asIf`: where rules are on trial, as if these were live, too. */
const worldsOf = (rules: readonly Rule[], context: RuleContext): ((event: TriggerEvent) => Worlds) => {
  const onTrial = rules.some(({ mode }) => mode === 'shadow');
  const ready = new Map<string, Worlds>();
  return (event) => {
    const key = JSON.stringify(event);
    const known = ready.get(key) ?? {
      live: prepareRules(rules, { ...context, event }),
      ...(onTrial ? { asIf: prepareRules(rules, { ...context, event, modes: ['live', 'shadow'] }) } : {}),
    };
    ready.set(key, known);
    return known;
  };
};

/** Live rules see what live rules do; those on trial are asked once more with them, as if all were live. */
const decide = async (
  { live, asIf }: Worlds,
  context: Omit<DecideWith, 'prepared' | 'world'>,
  facts: MessageFacts,
  known: MessageHistory,
): Promise<Pick<Decided, 'decision' | 'trial'>> => {
  const both = { ...context, ask: askedOnce(context.ask) };
  const decision = await decideMessage({ ...both, world: 'live', prepared: live }, facts, known);
  if (asIf === undefined) return { decision };
  const together = await decideMessage({ ...both, world: 'asIf', prepared: asIf }, facts, known);
  const onTrial = new Set(asIf.rules.filter(({ mode }) => mode === 'shadow').map(({ id }) => id));
  return { decision, trial: trialOf(together, (ruleId) => onTrial.has(ruleId)) };
};

/** Only a draft reads it once more; thousands of them would be kept for nothing. */
const withoutBody = ({ bodyText: _bodyText, ...facts }: MessageFacts): MessageFacts => facts;

export const withHeaders = (needs: Needs, names: readonly string[]): Needs => {
  if (names.length === 0) return needs;
  const headers = needs.headers === 'none' ? ['message-id'] : needs.headers;
  return { ...needs, headers: [...new Set([...headers, ...names])].sort() };
};
