/**
 * How far one rule may reach in one run of one folder. A rule that would act on more is taken to be a mistake: it is paused before
 * anything is done, does nothing here, and the others are asked without it.
 */
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import type { UidSet } from '../mail/uid-set.ts';
import { messagesAllowed } from '../rules/breaker.ts';
import type { Rule } from '../rules/rule.ts';
import type { AccountRef } from '../store/head.ts';
import { pauseRule } from '../store/rules.ts';
import type { Table } from '../store/table.ts';
import { type Applied, type Asked, applyRules, type Decided, isAsked, type RuleContext } from './apply-rules.ts';
import { raiseConfig } from './raise-config.ts';
import type { SeenFolder } from './seen-messages.ts';

export type BlastContext = {
  readonly table: Table;
  readonly ref: AccountRef;
  readonly session: MailSession;
  readonly rules: RuleContext;
};

export const applyWithinLimits = async (
  context: BlastContext,
  folder: Pick<ListedFolder, 'status'>,
  place: SeenFolder & { readonly path: string },
  uids: UidSet,
  asked: Asked,
): Promise<Applied> => {
  const { session, rules } = context;
  const messages = folder.status?.messages ?? 0;
  let tripped: readonly Tripped[] = [];
  // Each turn pauses a rule at least.
  for (let turn = 0; turn <= LIMITS.rulesMax; turn += 1) {
    const left = asked.rules.filter((rule) => isAsked(rules, rule));
    const applied = await applyRules(session, rules, place, uids, { ...asked, rules: left });
    const over = left.flatMap((rule) => overreach(rule, applied.decided, messages) ?? []);
    if (over.length === 0) return { ...applied, decided: applied.decided.map((one) => withNotes(one, tripped)) };
    for (const one of over) await pause(context, one);
    tripped = [...tripped, ...over];
  }
  throw new Error('more rules were paused than there are');
};

type Tripped = { readonly rule: Rule; readonly uids: ReadonlySet<number>; readonly detail: string };

const overreach = (rule: Rule, decided: readonly Decided[], messages: number): Tripped | undefined => {
  const allowed = messagesAllowed(rule.limits, messages);
  const acting = decided.filter(({ decision }) => decision.effects.some(({ ruleId }) => ruleId === rule.id));
  if (acting.length <= allowed) return undefined;
  const detail = `it would have acted on ${acting.length} messages of a folder of ${messages} at once; ${allowed} are allowed`;
  return { rule, uids: new Set(acting.map(({ facts }) => facts.uid)), detail };
};

/** Before the journal is armed: a worker that dies here leaves a rule that does nothing. */
const pause = async ({ table, ref, rules }: BlastContext, { rule, detail }: Tripped): Promise<void> => {
  rules.paused.add(rule.id);
  const paused = { at: rules.now, accountId: ref.accountId, detail };
  if (await pauseRule(table, ref.tenant, rule.id, paused)) await raiseConfig({ table }, ref.tenant, rule.accountIds);
};

/** The activity says which messages it would have acted on. */
const withNotes = (one: Decided, tripped: readonly Tripped[]): Decided => {
  const notes = tripped.filter(({ uids }) => uids.has(one.facts.uid));
  if (notes.length === 0) return one;
  const problems = notes.map(({ rule, detail }) => ({ ruleId: rule.id, reason: 'paused' as const, detail }));
  return { ...one, decision: { ...one.decision, problems: [...one.decision.problems, ...problems] } };
};
