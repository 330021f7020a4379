/** One worker of the service: its memory and its processor time are its own. */
import { readApplication } from '../shared/store/applications.ts';
import type { AccountRef } from '../shared/store/head.ts';
import { answerParent } from './child.ts';
import type { Units } from './consumed-units.ts';
import { type Measured, measured } from './measured.ts';
import { type BenchAccount, type BenchService, openService, type ServiceSettings } from './service.ts';

export type Checked = Measured & {
  readonly units: Units;
  /** `quiet`, or what the last check came to. */
  readonly outcome: string;
  readonly checks: number;
  /** Something was left to the next check. */
  readonly more: boolean;
  /** On the clock of the service. */
  readonly endedAt: number;
};

const CHECKS_MAX = 500;

let service: BenchService | undefined;

const opened = (): BenchService => {
  if (service === undefined) throw new Error('the service is not open');
  return service;
};

const handlers = {
  open: (settings: ServiceSettings): void => {
    service = openService(settings);
  },
  addAccount: (account: BenchAccount): Promise<AccountRef> => opened().addAccount(account),
  addRules: (rules: readonly object[]): Promise<void> => opened().addRules(rules),
  /** What the rules would do to mail that is there; gives the token to have it done. */
  tell: async (ref: AccountRef): Promise<{ readonly token: string; readonly ms: number }> => {
    const from = performance.now();
    const { token } = await opened().apply(ref);
    return { token, ms: performance.now() - from };
  },
  /** From the confirmation until nothing is left to do. */
  backfill: (ref: AccountRef, token: string): Promise<Checked> =>
    metered(async (check) => {
      const { application } = await opened().apply(ref, token);
      if (application === undefined) throw new Error('nothing was confirmed');
      for (let left = CHECKS_MAX; left > 0; left -= 1) {
        const report = await check(ref);
        if (report.outcome !== 'synced') return report;
        const { table } = opened().deps;
        if ((await readApplication(table, ref, application.id))?.state === 'done') return report;
      }
      throw new Error(`the rules are not through after ${CHECKS_MAX} checks`);
    }),
  /** One check. */
  check: (ref: AccountRef): Promise<Checked> => metered(async (check) => await check(ref)),
  /** As many as it takes until a run leaves nothing to the next. */
  sync: (ref: AccountRef): Promise<Checked> =>
    metered(async (check) => {
      for (let left = CHECKS_MAX; left > 0; left -= 1) {
        const report = await check(ref);
        if (report.outcome !== 'synced' || !report.sync.more) return report;
      }
      throw new Error(`the account is not at rest after ${CHECKS_MAX} checks`);
    }),
};
export type OursCalls = typeof handlers;

const metered = async (act: (check: BenchService['check']) => ReturnType<BenchService['check']>): Promise<Checked> => {
  const { check, units, deps } = opened();
  let checks = 0;
  units();
  const result = await measured(async () => {
    const report = await act((ref) => {
      checks += 1;
      return check(ref);
    });
    const outcome = report.outcome === 'failed' ? `failed: ${report.code}` : report.outcome;
    return { outcome, more: report.outcome === 'synced' && report.sync.more };
  });
  return { ...result, units: units(), checks, endedAt: deps.now() };
};

answerParent(handlers);
