/** What a rule asks for must be allowed where it is to run: told when it is saved, not when it would have acted. */
import { type FieldProblem, MailyardError } from '../errors.ts';
import type { RuleInput } from '../rules/rule.ts';
import { listAccounts } from '../store/accounts.ts';
import type { BaseDeps } from './deps.ts';

/** `above` is where the rule stands in what was sent. Throws `validation.failed` with a pointer to the action. */
export const requireAllowed = async (
  { table }: Pick<BaseDeps, 'table'>,
  tenant: string,
  { accountIds, actions }: Pick<RuleInput, 'accountIds' | 'actions'>,
  above = '',
): Promise<void> => {
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
