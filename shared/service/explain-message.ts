/** Why rules would do something with one message, or nothing: read from the server as it is now, and decided by the code of a run. */
import { MailyardError } from '../errors.ts';
import { type MessageFacts, parseMessageId } from '../mail/message.ts';
import { type Explanation, explain } from '../rules/explain.ts';
import { needsOf } from '../rules/needs.ts';
import { listRules } from '../store/rules.ts';
import type { EffectCommand } from '../sync/journal.ts';
import { duplicatesAmong } from './duplicates-among.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { viewFolder } from './mailbox-view.ts';
import { requireAccount } from './manage-accounts.ts';
import { commandsOf } from './plan-run.ts';
import { readFacts } from './read-facts.ts';
import { openRunHistory } from './run-history.ts';

export type ExplainWanted = {
  readonly tenant: string;
  readonly accountId: string;
  readonly messageId: string;
  readonly ruleId?: string | undefined;
};

export type ExplainedMessage = Explanation & {
  readonly folder: string;
  readonly uid: number;
  /** As a run would send them for this message alone. */
  readonly commands: readonly EffectCommand[];
};

/** Throws `not-found` for a message or a rule that is not there, `imap.*`. */
export const explainMessage = async (deps: MailboxDeps, wanted: ExplainWanted): Promise<ExplainedMessage> => {
  const { tenant, accountId, messageId, ruleId } = wanted;
  const account = await requireAccount(deps, { tenant, id: accountId });
  const key = parseMessageId(messageId);
  if (key === undefined || key.accountId !== accountId) throw notThere();
  const rules = await listRules(deps.table, tenant);
  if (ruleId !== undefined && !rules.some(({ id }) => id === ruleId)) {
    throw new MailyardError('not-found', 'there is no such rule');
  }
  const find = (_: unknown, known: readonly { readonly id: string; readonly path: string }[]) =>
    known.find(({ id }) => id === key.folderId)?.path;
  return await viewFolder(deps, { account, rules, find }, async (view) => {
    const { session, source, context, isLate } = view;
    if (source.uidValidity !== key.uidValidity) throw notThere();
    const needs = needsOf(rules, ['live', 'shadow', 'off']);
    let facts: MessageFacts | undefined;
    for await (const read of readFacts(session, { folder: source, uids: [key.uid], needs, isLate })) {
      facts = read.find(({ uid }) => uid === key.uid);
    }
    if (facts === undefined) throw notThere();
    const [isDuplicate] = (await duplicatesAmong(deps, view, rules, [facts])) ?? [];
    const known = isDuplicate === undefined ? {} : { isDuplicate };
    const first = explain(rules, facts, context, { ruleId, history: known });
    const about = await openRunHistory(deps.table, view.ref, context.now).about(facts, first.decision.effects, 'live');
    const explained = explain(rules, facts, context, { ruleId, history: { ...known, ...about } });
    const names = new Map(rules.map(({ id, name }) => [id, name]));
    const plan = { accountId, folders: context.folders, ruleName: (id: string) => names.get(id) ?? id };
    const decided = [{ facts, decision: explained.decision, trigger: 'explain' }];
    const commands = commandsOf(plan, { source, cursor: {}, decided }, ({ decision }) => decision);
    return { ...explained, folder: source.path, uid: key.uid, commands };
  });
};

const notThere = (): MailyardError => new MailyardError('not-found', 'there is no such message (any more)');
