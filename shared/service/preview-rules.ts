/**
 * What a draft rule, or a change to one, would do with messages that are there: decided by the code of a run, with the effects of
 * earlier rules seen by later ones, and told beside what the live rules do. Nothing is changed and nothing is kept.
 */
import { newestUids } from '../imap/newest.ts';
import { searchFolder, searchTrust } from '../imap/search.ts';
import { LIMITS } from '../limits.ts';
import type { MailboxRef } from '../mail/folder.ts';
import { formatMessageId, type MessageFacts } from '../mail/message.ts';
import { UID_MAX } from '../mail/uid-set.ts';
import type { Decision, RuleProblem } from '../rules/effect.ts';
import type { Filter } from '../rules/filter.ts';
import { formatSearch } from '../rules/format-search.ts';
import type { Warning } from '../rules/lint.ts';
import { resolvePath } from '../rules/mailbox-ref.ts';
import { matchesFilter } from '../rules/matches-filter.ts';
import { alsoFor, needsOf } from '../rules/needs.ts';
import { compilePreview, type Difference, differenceOf, draftRule } from '../rules/preview.ts';
import { pushDown } from '../rules/push-down.ts';
import type { Rule, RuleInput } from '../rules/rule.ts';
import { listRules } from '../store/rules.ts';
import type { EffectCommand } from '../sync/journal.ts';
import { withHeaders } from './apply-rules.ts';
import { functionAsker } from './ask-functions.ts';
import { askedOnce, decideMessage } from './decide-message.ts';
import { duplicatesAmong } from './duplicates-among.ts';
import { warningsOf } from './lint-rule.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { type FolderView, viewFolder } from './mailbox-view.ts';
import { requireAccount } from './manage-accounts.ts';
import { getRule, requireNamed } from './manage-rules.ts';
import { commandsOf } from './plan-run.ts';
import { readFacts } from './read-facts.ts';
import { requireAllowed } from './require-allowed.ts';
import { openRunHistory } from './run-history.ts';

export type PreviewWanted = {
  readonly tenant: string;
  readonly accountId: string;
  readonly input: RuleInput;
  /** The rule that it would replace. */
  readonly ruleId?: string | undefined;
  readonly mailbox: MailboxRef;
  /** The newest so many, of those that `search` is true of. */
  readonly last: number;
  readonly search?: Filter | undefined;
};

export type WouldDo = { readonly commands: readonly EffectCommand[]; readonly events: readonly RuleEvent[] };
export type RuleEvent = { readonly ruleId: string; readonly ruleName: string; readonly event: string };

export type PreviewedMessage = {
  readonly id: string;
  readonly facts: MessageFacts;
  readonly difference: Difference;
  /** Commands as a run would send them for this message alone. */
  readonly before: WouldDo;
  readonly after: WouldDo;
  readonly matched: readonly { readonly ruleId: string; readonly ruleName: string }[];
  readonly problems: readonly RuleProblem[];
};

export type Preview = {
  readonly folder: string;
  /** In the order of their UIDs. */
  readonly messages: readonly PreviewedMessage[];
  /** How many messages were read to find these. */
  readonly lookedAt: number;
  /** There are older ones that were not looked at. */
  readonly more: boolean;
  readonly warnings: readonly Warning[];
};

/** Throws `not-found`, `validation.failed` where the draft names what is not there, `imap.*`. */
export const previewRules = async (deps: MailboxDeps, wanted: PreviewWanted): Promise<Preview> => {
  const { tenant, accountId, input, ruleId } = wanted;
  const account = await requireAccount(deps, { tenant, id: accountId });
  const replaces = ruleId === undefined ? undefined : await getRule(deps, { tenant, id: ruleId });
  await requireNamed(deps, tenant, input, '/rule');
  await requireAllowed(deps, tenant, input, '/rule');
  const draft = { input, ...(replaces === undefined ? {} : { replaces }) };
  const rule = draftRule(draft);
  const rules = (await listRules(deps.table, tenant)).filter(
    ({ mode, paused }) => mode === 'live' && paused === undefined,
  );
  const asked = [...rules, rule];
  const warnings = await warningsOf(deps, tenant, rule);
  const find = (folders: Parameters<typeof resolvePath>[1]) => resolvePath(wanted.mailbox, folders);
  return await viewFolder(deps, { account, rules: asked, find }, async (view) => {
    const found = await findMessages(view, asked, wanted);
    const prepared = compilePreview(rules, draft, view.context);
    const duplicates = await duplicatesAmong(deps, view, asked, found.messages);
    const history = openRunHistory(deps.table, view.ref, view.context.now);
    const tell = tellerOf(view, asked);
    const ask = functionAsker(deps.functions);
    const messages: PreviewedMessage[] = [];
    for (const [n, facts] of found.messages.entries()) {
      const isDuplicate = duplicates?.[n];
      const known = isDuplicate === undefined ? {} : { isDuplicate };
      const deciding = { history, ask: askedOnce(ask), now: view.context.now, attempt: 0 };
      const before = await decideMessage({ ...deciding, world: 'live', prepared: prepared.before }, facts, known);
      const after = await decideMessage({ ...deciding, world: 'asIf', prepared: prepared.after }, facts, known);
      messages.push(tell(facts, { before, after }));
    }
    return { folder: view.source.path, messages, lookedAt: found.lookedAt, more: found.more, warnings };
  });
};

type Found = { readonly messages: readonly MessageFacts[]; readonly lookedAt: number; readonly more: boolean };

/** What is searched for is asked of the server only where it finds no less, and told true by the condition itself. */
const findMessages = async (
  { session, source: folder, selected, context, isLate }: FolderView,
  rules: readonly Rule[],
  { last, search }: PreviewWanted,
): Promise<Found> => {
  const pushed = search === undefined ? undefined : pushDown([{ conditions: search }], await searchTrust(session));
  const below = selected.uidNext ?? UID_MAX;
  const found = pushed === undefined ? undefined : await searchFolder(session, folder, formatSearch(pushed), below);
  const candidates =
    found?.toReversed() ??
    (await newestUids(session, selected, search === undefined ? last : LIMITS.previewLookedAtMax));
  const uids = candidates.slice(-LIMITS.previewLookedAtMax);
  const needs = withHeaders(search === undefined ? needsOf(rules) : alsoFor(needsOf(rules), search), SHOWN_HEADERS);
  const holds = search === undefined ? () => true : matchesFilter(search, context);
  const messages: MessageFacts[] = [];
  let lookedAt = 0;
  // Newest first, and no more than are asked for.
  for (let end = uids.length; end > 0 && messages.length < last && !isLate(); end -= PIECE_MESSAGES) {
    const piece = uids.slice(Math.max(0, end - PIECE_MESSAGES), end);
    for await (const read of readFacts(session, { folder, uids: piece, needs, isLate })) {
      lookedAt += read.length;
      messages.push(...read.filter(holds));
    }
  }
  const kept = messages.sort((a, b) => a.uid - b.uid).slice(-last);
  return { messages: kept, lookedAt, more: selected.exists > lookedAt };
};

const SHOWN_HEADERS = ['from', 'subject'];
const PIECE_MESSAGES = 50;

type BothDecisions = { readonly before: Decision; readonly after: Decision };

const tellerOf =
  ({ source, context }: FolderView, rules: readonly Rule[]) =>
  (facts: MessageFacts, { before, after }: BothDecisions): PreviewedMessage => {
    const names = new Map(rules.map(({ id, name }) => [id, name]));
    const plan = {
      accountId: context.accountId,
      folders: context.folders,
      ruleName: (ruleId: string) => names.get(ruleId) ?? ruleId,
    };
    const wouldDo = (decision: Decision): WouldDo => ({
      commands: commandsOf(
        plan,
        { source, cursor: {}, decided: [{ facts, decision, trigger: 'preview' }] },
        (one) => one.decision,
      ),
      events: decision.effects.flatMap((effect) =>
        effect.kind === 'webhook'
          ? [{ ruleId: effect.ruleId, ruleName: plan.ruleName(effect.ruleId), event: effect.event }]
          : [],
      ),
    });
    const [done, would] = [wouldDo(before), wouldDo(after)];
    return {
      id: formatMessageId({ accountId: context.accountId, ...source, uid: facts.uid }),
      facts,
      difference: differenceOf(essence(done), essence(would)),
      before: done,
      after: would,
      matched: after.matched,
      problems: after.problems,
    };
  };

/** Whoever asks for it, and under which mark, it is the same thing done. */
const essence = ({ commands, events }: WouldDo): object[] => [
  ...commands.map((command) => {
    const { askedBy: _askedBy, ...rest } = command;
    return 'effectId' in rest ? { ...rest, effectId: '' } : rest;
  }),
  ...events.map(({ event }) => ({ event })),
];
