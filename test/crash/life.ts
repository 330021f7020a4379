/** One account with a clock of its own, on which workers are let loose one after the other, or two at once. */
import { MailyardError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { changeMailbox } from '../../shared/service/change-mailbox.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import type { RequestedChange } from '../../shared/sync/requested.ts';
import { asWorker, type DatabaseWorker } from '../support/database-workers.ts';
import { Killed } from '../support/faults.ts';
import type { Yard } from '../support/yard.ts';

export type Came = { readonly outcome: string; readonly why: string };

export type Life = {
  readonly deps: MailboxDeps;
  readonly goOn: (seconds: number) => void;
  /** One check by one worker, which starts cold. */
  readonly check: (worker: DatabaseWorker) => Promise<Came>;
  /** The owner asks, and a worker of the API sees to it. */
  readonly ask: (worker: DatabaseWorker, changes: readonly RequestedChange[]) => Promise<Came>;
  /** What happened, a line each. */
  readonly told: string[];
};

export const lifeOf = (yard: Yard, ref: AccountRef): Life => {
  const told: string[] = [];
  let skewMs = 0;
  const now = () => Date.now() + skewMs;
  const note = (event: string, fields?: object, cause?: unknown): void => {
    if (event === 'check.done') return;
    told.push(`  ${event} ${JSON.stringify(fields)} ${cause instanceof Error ? (cause.stack ?? '') : ''}`);
  };
  const { narrate: _narrate, ...rest } = yard.deps;
  const deps: MailboxDeps = {
    ...rest,
    now,
    deadline: () => now() + LIMITS.runSeconds * 1_000,
    log: { info: note, warn: note, error: note },
  };
  const check = async (): Promise<Came> => {
    // A worker has until a fixed moment, also when it sleeps past it.
    const deadline = deps.deadline();
    const message = { accounts: [ref], tickSeconds: Math.floor(now() / 1_000), pollSeconds: 60 };
    const [report] = await checkAccounts({ ...deps, deadline: () => deadline }, configCache(deps), message);
    if (report === undefined) return { outcome: 'left', why: 'no report' };
    const why = report.outcome === 'failed' ? report.code : report.outcome === 'left' ? report.reason : '';
    return { outcome: report.outcome, why };
  };
  const ask = async (changes: readonly RequestedChange[]): Promise<Came> => {
    const deadline = deps.deadline();
    const requested = { requester: { by: 'owner' as const }, changes };
    const { parts } = await changeMailbox({ ...deps, deadline: () => deadline }, { ref, requested });
    return { outcome: 'answered', why: parts.map(({ command, state }) => `${command.kind} ${state.state}`).join(', ') };
  };
  const asWorkerTold = async (worker: DatabaseWorker, what: string, run: () => Promise<Came>): Promise<Came> => {
    const came = await asWorker(worker, () => run().catch(thrown));
    told.push(`${what} came to ${came.outcome} ${came.why}`);
    return came;
  };
  return {
    deps,
    told,
    goOn: (seconds) => {
      skewMs += seconds * 1_000;
    },
    check: (worker) => asWorkerTold(worker, 'the check', check),
    ask: (worker, changes) => asWorkerTold(worker, 'the request', () => ask(changes)),
  };
};

const thrown = (error: unknown): Came => {
  if (error instanceof Killed) return { outcome: 'killed', why: '' };
  if (error instanceof MailyardError) return { outcome: 'failed', why: error.code };
  return { outcome: 'threw', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};
