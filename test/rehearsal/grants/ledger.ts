/** Who may do what, as the deployed roles say, and what was done: each call is decided by its caller's role and kept. */
import type { Deployed } from '../aws/deployed.ts';
import type { Json } from '../template/template.ts';
import { plainId } from '../template/template.ts';
import { type Call, decide, type Statement, statementsOf } from './evaluate.ts';

export type Grant = { readonly role: string; readonly statement: number; readonly action: string };
export type Judged = { readonly role: string; readonly call: Call; readonly allowed: boolean };

export type Ledger = {
  /** Whether the role may; the call is kept either way. */
  readonly judge: (role: string, call: Call) => boolean;
  readonly judged: readonly Judged[];
  /** Of `judged`, those that a role forbids. */
  readonly denied: () => readonly Judged[];
  readonly grants: () => readonly Grant[];
  /** Grants that no call needed. */
  readonly unused: () => readonly Grant[];
  /** For the words of a report. */
  readonly resourcesOf: (grant: Grant) => readonly string[];
};

/** Roles go by the name that infra/ gives them: `SyncRole`. */
export const ledgerOf = (stack: Deployed): Ledger => {
  const policies = rolesOf(stack);
  const judged: Judged[] = [];
  const used = new Set<string>();
  const nameOf = ({ role, statement, action }: Grant): string => `${role} ${statement} ${action}`;
  const grants = (): Grant[] =>
    Object.entries(policies).flatMap(([role, statements]) =>
      statements.flatMap(({ effect, actions }, statement) =>
        effect === 'Allow' ? actions.map((action) => ({ role, statement, action })) : [],
      ),
    );
  return {
    judge: (role, call) => {
      const statements = policies[role];
      if (statements === undefined) throw new Error(`there is no role ${role}`);
      const { allowed, by } = decide(statements, call);
      for (const statement of by) used.add(nameOf({ role, statement, action: call.action }));
      judged.push({ role, call, allowed });
      return allowed;
    },
    judged,
    denied: () => judged.filter(({ allowed }) => !allowed),
    grants,
    unused: () => grants().filter((grant) => !used.has(nameOf(grant))),
    resourcesOf: ({ role, statement }) => policies[role]?.[statement]?.resources ?? [],
  };
};

/** The same calls against the roles of another stack. */
export const judgedAgain = (stack: Deployed, judged: readonly Judged[]): Ledger => {
  const ledger = ledgerOf(stack);
  for (const { role, call } of judged) ledger.judge(role, call);
  return ledger;
};

const rolesOf = ({ resources }: Deployed): Record<string, Statement[]> =>
  Object.fromEntries(
    resources
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .map(({ id, made }) => [
        plainId(id),
        resources
          .filter(
            ({ Type, Properties }) =>
              Type === 'AWS::IAM::Policy' && ([Properties?.['Roles'] ?? []].flat() as Json[]).includes(made.ref),
          )
          .flatMap(({ Properties }) => statementsOf(Properties?.['PolicyDocument'] ?? null)),
      ]),
  );
