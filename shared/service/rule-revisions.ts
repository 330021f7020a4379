/** Former revisions of a rule: listed, compared, and brought back as a new one. A rule that is deleted takes them along. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { asWritten } from '../rules/as-written.ts';
import { parseRule, type Rule } from '../rules/rule.ts';
import { type RuleChange, ruleChanges } from '../rules/rule-diff.ts';
import { listRevisions as listStored, readRevision } from '../store/revisions.ts';
import type { BaseDeps } from './deps.ts';
import { getRule, replaceRule } from './manage-rules.ts';
import type { RevisionWanted } from './revision.ts';

type Deps = Pick<BaseDeps, 'table' | 'now'>;
type OfRule = { readonly tenant: string; readonly id: string };

/** The rule as it stands, then what it was before, newest first. Throws `not-found`. */
export const listRevisions = async (deps: Pick<Deps, 'table'>, { tenant, id }: OfRule): Promise<readonly Rule[]> => {
  const rule = await getRule(deps, { tenant, id });
  const former = (await listStored(deps.table, tenant, id)).filter(({ revision }) => revision < rule.revision);
  return [rule, ...former.slice(0, LIMITS.revisionsPerRuleMax)];
};

/** Throws `not-found`. */
export const getRevision = async (
  deps: Pick<Deps, 'table'>,
  { tenant, id, revision }: OfRule & { readonly revision: number },
): Promise<Rule> => {
  const rule = await getRule(deps, { tenant, id });
  if (rule.revision === revision) return rule;
  const former = revision < rule.revision ? await readRevision(deps.table, tenant, id, revision) : undefined;
  if (former === undefined) throw new MailyardError('not-found', 'there is no such revision (any more)');
  return former;
};

/** From one revision to another; to the rule as it stands where `against` is not given. Throws `not-found`. */
export const diffRevisions = async (
  deps: Pick<Deps, 'table'>,
  { revision, against, ...rule }: OfRule & { readonly revision: number; readonly against?: number | undefined },
): Promise<{ readonly from: number; readonly to: number; readonly changes: readonly RuleChange[] }> => {
  const from = await getRevision(deps, { ...rule, revision });
  const to =
    against === undefined ? await getRule(deps, rule) : await getRevision(deps, { ...rule, revision: against });
  return { from: from.revision, to: to.revision, changes: ruleChanges(from, to) };
};

/**
 * A former revision becomes the next one, checked as if it were written now: what it asks for may be there no more. Throws
 * `not-found`, `precondition.failed`, `validation.failed`.
 */
export const restoreRevision = async (
  deps: Deps,
  { tenant, id, revision, from }: OfRule & { readonly revision: RevisionWanted; readonly from: number },
): Promise<Rule> => {
  const former = await getRevision(deps, { tenant, id, revision: from });
  return await replaceRule(deps, { tenant, id, input: parseRule(asWritten(former), { mayDestroy: true }), revision });
};
