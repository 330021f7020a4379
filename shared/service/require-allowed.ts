/** What a rule asks for must be allowed where it is to run: told when it is saved, not when it would have acted. */
import { type FieldProblem, MailyardError } from '../errors.ts';
import type { RuleInput } from '../rules/rule.ts';
import { functionPointers } from '../rules/rule-functions.ts';
import { listAccounts } from '../store/accounts.ts';
import type { BaseDeps } from './deps.ts';

/** `above` is where the rule stands in what was sent. Throws `validation.failed` with a pointer to the action. */
export const requireAllowed = async (
  { table, functionNames }: Pick<BaseDeps, 'table' | 'functionNames'>,
  tenant: string,
  rule: Pick<RuleInput, 'accountIds' | 'actions' | 'conditions' | 'exceptions'>,
  above = '',
): Promise<void> => {
  const { accountIds, actions } = rule;
  const unknown = functionPointers(rule).filter(({ call }) => functionNames?.includes(call.name) === false);
  if (unknown.length > 0) {
    const known = functionNames?.length === 0 ? 'none is set up here' : `there are ${functionNames?.join(', ')}`;
    const fields = unknown.map(({ pointer }) => ({
      pointer: `${above}${pointer}`,
      detail: `must name a function of this deployment: ${known}`,
    }));
    throw new MailyardError('validation.failed', 'the rule calls a function that is not there', { fields });
  }
  if (!actions.some(({ type }) => type === 'destroy')) return;
  const accounts = (await listAccounts(table, tenant)).filter(({ id }) => accountIds?.includes(id) ?? true);
  if (accounts.length > 0 && accounts.every(({ allowDestroy }) => allowDestroy === true)) return;
  const detail =
    'must not destroy: not every account that the rule is for allows it; use trash, or set allowDestroy there';
  const fields = actions.flatMap(({ type }, i): FieldProblem[] =>
    type === 'destroy' ? [{ pointer: `${above}/actions/${i}`, detail }] : [],
  );
  throw new MailyardError('validation.failed', 'the rule may not destroy messages', { fields });
};
