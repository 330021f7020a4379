/** Lives one history through, on a fresh user, and compares at rest. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { LIMITS } from '../../shared/limits.ts';
import type { ConfigCache } from '../../shared/service/account-config.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { ServerCertificate } from '../support/certificates.ts';
import type { Yard } from '../support/yard.ts';
import { type Act, perform } from './acts.ts';
import { type Checked, checkOnce, type Disturbed } from './check-once.ts';
import { differenceKind } from './difference-kind.ts';
import { differences } from './differences.ts';
import type { Doveadm } from './doveadm-service.ts';
import type { Check, GoOn, History } from './history.ts';
import { readJournal } from './journal-told.ts';
import { decodeMutf7 } from './mutf7.ts';
import type { Oddity } from './oddities.ts';
import { connectRaw } from './raw-imap.ts';
import { RULES } from './rules.ts';
import { startTlsProxy } from './tls-proxy.ts';

/** One Dovecot made to look like a profile's server. */
export type ChaosServer = {
  readonly plainPort: number;
  /** Homes lie below it, and are taken away afterwards. */
  readonly dir: string;
  readonly password: string;
  readonly doveadm: Doveadm;
  readonly oddities: readonly Oddity[];
};

/** What all histories of one process share. */
export type Stage = {
  readonly yard: Yard;
  readonly cache: ConfigCache;
  readonly certificate: ServerCertificate;
};

export type Lived = {
  /** Of other clients, that did something. */
  readonly acts: number;
  readonly cuts: number;
  readonly checks: number;
  /** How many changes in the journal came by each kind of plan; checks that were quiet, and that pipelined. */
  readonly plans: Readonly<Record<string, number>>;
  /** Empty: the mirror equals the server. */
  readonly differences: readonly string[];
  /** What happened, a line each. */
  readonly told: readonly string[];
};

const ROUNDS_MAX = 14;
const GO_ON_MAX = 60;
/** Whatever is rationed is due by then. */
const HOUR_SECONDS = 3_600;
const UNDISTURBED = { do: 'check', cut: undefined, during: [] } as const;

export const live = async (
  { yard, cache, certificate }: Stage,
  server: ChaosServer,
  history: History,
  user: string,
): Promise<Lived> => {
  const client = await connectRaw(server.plainPort, user, server.password);
  const proxy = await startTlsProxy(certificate);
  try {
    const settings = { tenant: user, password: server.password };
    const ref = await yard.addAccount({ ...proxy, users: {} }, user, settings);
    const setUidValidity = (name: string, value: number) =>
      server.doveadm.setUidValidity(user, decodeMutf7(name), value);
    const counts = { acts: 0, cuts: 0, checks: 0, quiet: 0, pipelined: 0 };
    const told: string[] = [];
    const strange: string[] = [];
    let skewMs = 0;
    // One after the other, also where two database calls that set them off are made at once.
    let turn = Promise.resolve();
    const act = (one: Act, here?: string): Promise<void> => {
      turn = turn.then(async () => {
        const did = await perform({ client, setUidValidity }, one, here);
        if (did) counts.acts += 1;
        told.push(`${did ? '' : '(nothing) '}${JSON.stringify(one)}${here === undefined ? '' : ` in ${here}`}`);
      });
      return turn;
    };
    const on: Disturbed = {
      deps: depsOf(yard, () => skewMs, told),
      cache,
      ref,
      proxy,
      line: { port: server.plainPort, oddities: server.oddities },
      act,
      goOn: (seconds) => {
        skewMs += seconds * 1_000;
      },
    };
    const check = async (one: Check): Promise<Checked> => {
      on.goOn(one.afterSeconds);
      const checked = await checkOnce(on, one);
      counts.checks += 1;
      if (checked.cut) counts.cuts += 1;
      if (checked.outcome === 'quiet') counts.quiet += 1;
      if (proxy.seen().pipelined) counts.pipelined += 1;
      if (isStrange(checked)) strange.push(`a check came to ${checked.why}`);
      told.push(`${JSON.stringify(one)} came to ${JSON.stringify(checked)}, commands:`);
      for (const [i, command] of proxy.seen().commands.entries()) told.push(`    ${i + 1} ${command.slice(0, 150)}`);
      return checked;
    };

    const goOn = async (wanted: GoOn): Promise<void> => {
      for (let more = 0; more < GO_ON_MAX; more += 1) {
        if (counts.acts >= wanted.acts && counts.cuts >= wanted.cuts) return;
        await act(wanted.act);
        if (counts.cuts >= wanted.cuts) continue;
        await check({ ...UNDISTURBED, afterSeconds: 400, cut: { by: 'kill', when: 'after', n: 4 + (more % 8) } });
      }
    };

    for (const step of history) {
      if (step.do === 'check') await check(step);
      else if (step.do === 'goOn') await goOn(step);
      else if (step.do === 'rest') await comeToRest(check, HOUR_SECONDS);
      else if (step.do === 'rule') await yard.addRule(ref, RULES[step.rule] ?? {});
      else await act(step);
    }

    const compare = async () =>
      await differences(
        yard.deps.table,
        ref,
        await server.doveadm.everything(user),
        await readJournal(yard.deps.table, ref),
      );
    // A lease that was left behind has run out, and what is rationed is not due yet.
    if ((await comeToRest(check, LIMITS.leaseSeconds + 1)) === undefined) {
      const early = (await compare()).filter((one) => differenceKind(one) !== 'other flags');
      strange.push(...early.map((one) => `before the full look, ${one}`));
    }
    const unrest = await comeToRest(check, HOUR_SECONDS);
    if (unrest !== undefined) strange.push(unrest);
    const found = await compare();
    const journal = await readJournal(yard.deps.table, ref);
    const { acts, cuts, checks, ...seen } = counts;
    return { acts, cuts, checks, plans: { ...journal.plans, ...seen }, differences: [...strange, ...found], told };
  } finally {
    client.close();
    await proxy.stop();
    await rm(path.join(server.dir, 'home', user), { recursive: true, force: true });
  }
};

/** The service with a clock of its own, so that many accounts live at once in one yard. */
const depsOf = (yard: Yard, skewMs: () => number, told: string[]): MailboxDeps => {
  const { narrate: _narrate, ...deps } = yard.deps;
  const now = () => Date.now() + skewMs();
  const note = (event: string, fields?: object, cause?: unknown): void => {
    if (event === 'check.done') return;
    told.push(`  ${event} ${JSON.stringify(fields)} ${cause instanceof Error ? (cause.stack ?? '') : ''}`);
  };
  return {
    ...deps,
    now,
    deadline: () => now() + LIMITS.runSeconds * 1_000,
    log: { info: note, warn: note, error: note },
  };
};

/** Whatever is cut off, it is no error of ours and no data of ours is bad. */
const isStrange = ({ outcome, why }: Checked): boolean =>
  outcome === 'failed' && (why === 'internal' || why === 'segment.corrupt' || why === 'imap.auth-failed');

/** With the other clients silent and nothing cut off. */
const comeToRest = async (
  check: (one: Check) => Promise<Checked>,
  afterSeconds: number,
): Promise<string | undefined> => {
  const came: string[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { outcome, why } = await check({ ...UNDISTURBED, afterSeconds: round === 0 ? afterSeconds : 61 });
    if (outcome === 'quiet') return undefined;
    came.push(`${outcome} ${why}`.trim());
    if (outcome !== 'synced') break;
  }
  return `the account does not come to rest: ${came.join(', ')}`;
};
