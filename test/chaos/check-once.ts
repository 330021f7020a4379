/** One check of the account, disturbed as its history says. */
import { LIMITS } from '../../shared/limits.ts';
import type { ConfigCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { asWorker, type DatabaseWorker } from '../support/database-workers.ts';
import { Killed } from '../support/faults.ts';
import type { Act } from './acts.ts';
import type { Check, Moment } from './history.ts';
import type { ProxyPlan, TlsProxy } from './tls-proxy.ts';

export type Checked = {
  readonly outcome: 'quiet' | 'synced' | 'busy' | 'waiting' | 'handedOn' | 'left' | 'failed' | 'killed';
  /** Whether the history's cut came to pass: a run may have ended before. */
  readonly cut: boolean;
  /** The failure's code, or why the account was left. */
  readonly why: string;
};

export type Disturbed = {
  readonly deps: MailboxDeps;
  readonly cache: ConfigCache;
  readonly ref: AccountRef;
  readonly proxy: TlsProxy;
  readonly line: Pick<ProxyPlan, 'port' | 'oddities'>;
  readonly act: (act: Act, here?: string) => Promise<void>;
  /** Puts the clock on. */
  readonly goOn: (seconds: number) => void;
};

export const checkOnce = async (on: Disturbed, { cut, during }: Check): Promise<Checked> => {
  const { deps, proxy, ref } = on;
  const pending = new Set(during);
  const actAt = async (kind: Moment['on'], n: number): Promise<void> => {
    for (const one of pending) {
      if (one.at.on !== kind || one.at.n !== n) continue;
      pending.delete(one);
      await on.act(one.act, one.here ? openFolder(proxy.seen().commands) : undefined);
    }
  };

  let calls = 0;
  let dead = false;
  const worker: DatabaseWorker = {
    before: async () => {
      if (dead) throw new Killed();
      calls += 1;
      await actAt('call', calls);
      dead ||= cut?.by === 'kill' && cut.when === 'before' && calls >= cut.n;
      if (dead) throw new Killed();
    },
    after: () => {
      dead ||= cut?.by === 'kill' && cut.when === 'after' && calls >= cut.n;
      if (dead) throw new Killed();
    },
  };
  // The server was so slow that the time for the run is over.
  let late = false;
  const lateAt = cut?.by === 'late' ? cut.at : undefined;
  const come = async (kind: 'command' | 'listing', n: number): Promise<void> => {
    await actAt(kind, n);
    if (lateAt?.on !== kind || lateAt.n !== n) return;
    late = true;
    on.goOn(LIMITS.runSeconds);
  };
  let listings = 0;
  const beforeCommand = async (n: number): Promise<void> => {
    if (isListing(proxy.seen().commands.at(-2) ?? '')) {
      listings += 1;
      await come('listing', listings);
    }
    await come('command', n);
  };
  proxy.set({
    ...on.line,
    ...(lateAt !== undefined || during.some(({ at }) => at.on !== 'call') ? { before: beforeCommand } : {}),
    ...(cut?.by === 'reset' || cut?.by === 'truncated' ? { cut } : {}),
  });

  const run = async (): Promise<Omit<Checked, 'cut'>> => {
    const deadline = deps.deadline();
    const tickSeconds = Math.floor(deps.now() / 1_000);
    const message = { accounts: [ref], tickSeconds, pollSeconds: 60 };
    try {
      const [report] = await checkAccounts({ ...deps, deadline: () => deadline }, on.cache, message);
      if (dead) return { outcome: 'killed', why: '' };
      if (report === undefined) return { outcome: 'left', why: 'no report' };
      const why = report.outcome === 'failed' ? report.code : report.outcome === 'left' ? report.reason : '';
      return { outcome: report.outcome, why };
    } catch (error) {
      if (error instanceof Killed) return { outcome: 'killed', why: '' };
      throw error;
    }
  };
  const came = await asWorker(worker, run);
  return { ...came, cut: dead || late || proxy.seen().cut };
};

/** All rows, the newest, or what changed. */
const isListing = (command: string): boolean =>
  /^UID FETCH \d+:[\d*]+ \(.*FLAGS/i.test(command) || /^EXAMINE .*QRESYNC/i.test(command);

/** The name, as on the line, of the folder that was opened last. */
const openFolder = (commands: readonly string[]): string | undefined => {
  const last = commands.findLast((command) => /^(EXAMINE|SELECT) /i.test(command)) ?? '';
  const [, inQuotes, atom] = /^\w+ (?:"((?:\\.|[^"\\])*)"|(\S+))/.exec(last) ?? [];
  return inQuotes?.replace(/\\(.)/g, '$1') ?? atom;
};
