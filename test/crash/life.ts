/** One account with a clock of its own, on which workers are let loose one after the other, or two at once. */
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { asWorker, type DatabaseWorker } from '../support/database-workers.ts';
import { Killed } from '../support/faults.ts';
import type { Yard } from '../support/yard.ts';

export type Came = { readonly outcome: string; readonly why: string };

export type Life = {
  readonly deps: MailboxDeps;
  readonly goOn: (seconds: number) => void;
  /** One check by one worker, which starts cold. */
  readonly check: (worker: DatabaseWorker) => Promise<Came>;
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
    try {
      const [report] = await checkAccounts({ ...deps, deadline: () => deadline }, configCache(deps), message);
      if (report === undefined) return { outcome: 'left', why: 'no report' };
      const why = report.outcome === 'failed' ? report.code : report.outcome === 'left' ? report.reason : '';
      return { outcome: report.outcome, why };
    } catch (error) {
      if (error instanceof Killed) return { outcome: 'killed', why: '' };
      return { outcome: 'threw', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  return {
    deps,
    told,
    goOn: (seconds) => {
      skewMs += seconds * 1_000;
    },
    check: async (worker) => {
      const came = await asWorker(worker, check);
      told.push(`the check came to ${came.outcome} ${came.why}`);
      return came;
    },
  };
};
