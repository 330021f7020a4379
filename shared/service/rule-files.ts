/** Rules as files: written out, and read in, beside the rules that are there or in their place. */
import { createHash } from 'node:crypto';
import { type FieldProblem, isMailyardError, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Unmapped } from '../rules/import/imported.ts';
import type { RuleFile } from '../rules/import/read-file.ts';
import { type FilePlan, planFile } from '../rules/plan-file.ts';
import type { Rule, RuleInput } from '../rules/rule.ts';
import type { RuleFormat } from '../rules/rule-text.ts';
import { deleteRule, listRules, putNewRule, replaceRule } from '../store/rules.ts';
import type { BaseDeps } from './deps.ts';
import { dropRevisions, keepFormer } from './former-revisions.ts';
import { nextRevision, overtaken, requireNamed } from './manage-rules.ts';
import { raiseConfig } from './raise-config.ts';
import { requireAllowed } from './require-allowed.ts';

type Deps = Pick<BaseDeps, 'table' | 'now'>;

export type ImportWanted = {
  readonly tenant: string;
  readonly file: RuleFile;
  /** `add`: every rule of the file is a new one. `replace`: the file is the truth, and what it does not hold goes. */
  readonly mode: 'add' | 'replace';
  /** Nothing is changed; the answer says what would be. */
  readonly dryRun: boolean;
  /** `state` of an answer before; when the rules are others by now, nothing is changed. */
  readonly ifState?: string | undefined;
  /** Of the nth rule that is created: the same request sent twice makes each once. */
  readonly idFor: (n: number) => string;
};

export type ImportReport = {
  readonly created: readonly { readonly name: string; readonly id?: string }[];
  readonly changed: FilePlan['changed'];
  readonly removed: readonly Rule[];
  readonly unchanged: readonly Rule[];
  readonly unmapped: readonly Unmapped[];
  /** Of the rules as they were compared with the file, or as they are now that it was imported. */
  readonly state: string;
};

/** In the order in which they are asked. What is read in again comes to the same. */
export const exportRuleFile = async (
  { table }: Pick<Deps, 'table'>,
  { tenant, format }: { readonly tenant: string; readonly format: RuleFormat },
): Promise<{ readonly text: string; readonly state: string }> => {
  const rules = await listRules(table, tenant);
  const sorted = rules.toSorted((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));
  // YAML and the filters of other programs are loaded with the first file.
  const { exportRules } = await import('../rules/rule-text.ts');
  return { text: exportRules(sorted, format), state: stateOf(rules) };
};

/**
 * The whole file is checked before the first rule is written; then each is written by itself, and what was written stays where a
 * later one cannot be. Throws `validation.failed`, `limit.rules`, `precondition.failed`.
 */
export const importRuleFile = async (deps: Deps, wanted: ImportWanted): Promise<ImportReport> => {
  const { tenant, file, mode, dryRun, ifState } = wanted;
  const { readRuleFile } = await import('../rules/import/read-file.ts');
  const { rules: read, unmapped } = readRuleFile(file);
  const there = await listRules(deps.table, tenant);
  const state = stateOf(there);
  if (ifState !== undefined && ifState !== state) {
    throw new MailyardError(
      'precondition.failed',
      'the rules were changed since that state; look at the difference again',
    );
  }
  const own = new Set(read.map((_, n) => wanted.idFor(n)));
  // What the same request made before is counted once.
  const others = there.filter(({ id }) => !own.has(id));
  const plan: FilePlan =
    mode === 'replace' ? planFile(there, read) : { created: read, changed: [], removed: [], unchanged: [] };
  await requireFitting(deps, tenant, read, mode === 'replace' ? read.length : others.length + read.length);
  const { changed, removed, unchanged } = plan;
  if (dryRun) return { ...plan, created: plan.created.map(({ name }) => ({ name })), unmapped, state };
  const made = await write(deps, wanted, plan).finally(() => raiseConfig(deps, tenant, undefined));
  return { created: made, changed, removed, unchanged, unmapped, state: stateOf(await listRules(deps.table, tenant)) };
};

const write = async (
  { table, now }: Deps,
  { tenant, idFor }: ImportWanted,
  { created, changed, removed }: FilePlan,
): Promise<{ name: string; id: string }[]> => {
  const at = now();
  for (const { rule, input } of changed) {
    await keepFormer(table, tenant, rule);
    if (!(await replaceRule(table, tenant, nextRevision(rule, input, at)))) throw overtaken();
  }
  for (const { id, revision } of removed) {
    if (!(await deleteRule(table, tenant, id, revision))) throw overtaken();
    await dropRevisions(table, tenant, id);
  }
  const made: { name: string; id: string }[] = [];
  for (const [n, input] of created.entries()) {
    const id = idFor(n);
    // One that is there was made by the same request, sent before.
    await putNewRule(table, tenant, { ...input, id, revision: 1, createdAt: at, updatedAt: at });
    made.push({ name: input.name, id });
  }
  return made;
};

/** Changes with every rule that is written or deleted. */
const stateOf = (rules: readonly Rule[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        rules.map(({ id, revision }) => [id, revision]).toSorted(([a], [b]) => (`${a}` < `${b}` ? -1 : 1)),
      ),
    )
    .digest('base64url')
    .slice(0, 22);

const requireFitting = async (
  deps: Deps,
  tenant: string,
  rules: readonly RuleInput[],
  count: number,
): Promise<void> => {
  if (count > LIMITS.rulesMax) {
    throw new MailyardError('limit.rules', `there may be ${LIMITS.rulesMax} rules, and these would be ${count}`);
  }
  const fields: FieldProblem[] = [];
  for (const [n, rule] of rules.entries()) {
    // Most name neither, and cost no look.
    const place = `/rules/${n}`;
    const fits = requireNamed(deps, tenant, rule, place).then(() => requireAllowed(deps, tenant, rule, place));
    await fits.catch((error: unknown) => {
      if (!isMailyardError(error, 'validation.failed')) throw error;
      fields.push(...error.fields);
    });
  }
  if (fields.length > 0) {
    throw new MailyardError('validation.failed', 'the file names accounts or lists that are not there', { fields });
  }
};
