/**
 * Many accounts on one server, checked as the schedule does, while part of their connections fail at random. The clock goes a
 * minute a round, so that back-offs pass.
 */
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Json, listed } from '../api/api-under-test.ts';
import { diceOf } from '../chaos/dice.ts';
import { differences } from '../chaos/differences.ts';
import { readJournal } from '../chaos/journal-told.ts';
import type { ChaosServer } from '../chaos/live.ts';
import { connectRaw, type RawImap } from '../chaos/raw-imap.ts';
import { startTlsProxy } from '../chaos/tls-proxy.ts';
import { startBadLine } from '../support/bad-line.ts';
import { createCertificate } from '../support/certificates.ts';
import type { Yard } from '../support/yard.ts';
import { apiOver } from '../support/yard-api.ts';
import { heldBy } from './mailbox.ts';
import { commandFault, wireFault } from './soak-faults.ts';
import { deliverOne, misplaced, SOAK_RULES } from './soak-mail.ts';

export type SoakOptions = { readonly seconds: number; readonly accounts: number; readonly seed: number };

export type SoakReport = {
  readonly rounds: number;
  readonly connections: number;
  readonly messages: number;
  /** Checks by what they came to: an outcome, or the code of a failure. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Accounts that the API showed as failing, by code, once a round; and how often as left alone until later. */
  readonly shown: Readonly<Record<string, number>>;
  readonly backedOff: number;
  /** Checks that were not made as the account was to be left alone. */
  readonly left: number;
  readonly wrong: readonly string[];
};

const TENANT = 'soak';
// A fifth of the connections, half of them on the wire.
const WIRE_SHARE = 0.1;
const COMMAND_SHARE = 0.11;
const TICK_SECONDS = 60;
const REST_ROUNDS_MAX = 30;
// Longer than any back-off or grace; longer than the time after which drafts and copies are looked over again.
const WAITS_SECONDS = [7 * 3_600, 25 * 3_600];

type Soaking = {
  readonly user: string;
  readonly ref: AccountRef;
  readonly client: RawImap;
  readonly delivered: string[];
};

export const soak = async (yard: Yard, server: ChaosServer, options: SoakOptions): Promise<SoakReport> => {
  const dice = diceOf(options.seed);
  const certificate = await createCertificate();
  const proxy = await startTlsProxy(certificate);
  let failing = true;
  proxy.setEach(() => {
    const line = { port: server.plainPort, oddities: server.oddities };
    return failing ? { ...line, ...commandFault(dice, COMMAND_SHARE) } : line;
  });
  const wire = await startBadLine(proxy.port, () => (failing ? wireFault(dice, WIRE_SHARE) : undefined));
  const accounts: Soaking[] = [];
  try {
    for (let i = 0; i < options.accounts; i += 1) {
      const user = `soak-${i}`;
      const client = await connectRaw(server.plainPort, user, server.password);
      const address = { host: proxy.host, port: wire.port, ca: proxy.ca, users: {} };
      const settings = { tenant: TENANT, password: server.password };
      accounts.push({ user, client, delivered: [], ref: await yard.addAccount(address, user, settings) });
    }
    for (const rule of SOAK_RULES) await yard.addRule({ tenant: TENANT, accountId: '' }, rule);
    const rounds = roundsOf(yard, accounts);
    failing = false;
    await rounds.rest();
    failing = true;

    const until = performance.now() + options.seconds * 1_000;
    let messages = 0;
    while (performance.now() < until) {
      for (const { client, delivered } of dice.some(accounts, dice.int(5, 15))) {
        messages += 1;
        delivered.push(await deliverOne(client, dice, messages));
      }
      await rounds.one(dice.chance(0.2));
      await rounds.look();
    }
    failing = false;
    const unrest = await rounds.rest(...WAITS_SECONDS);
    const wrong = unrest === undefined ? [] : [unrest];
    for (const { user, ref, delivered } of accounts) {
      const everything = await server.doveadm.everything(user);
      const journal = await readJournal(yard.deps.table, ref);
      const mirror = await differences(yard.deps.table, ref, everything, journal);
      const lines = [...misplaced(delivered, await heldBy(server.doveadm, user)), ...mirror];
      wrong.push(...lines.map((one) => `${user}: ${one}`));
    }
    wrong.push(...(await rounds.stillFailing()));
    return { ...rounds.seen(), connections: wire.connections(), messages, wrong };
  } finally {
    for (const { client } of accounts) client.close();
    await wire.stop();
    await proxy.stop();
  }
};

/** A minute of the schedule each. */
const roundsOf = (yard: Yard, accounts: readonly Soaking[]) => {
  let skewMs = 0;
  const now = () => Date.now() + skewMs;
  const queue: CheckMessage[] = [];
  const deps: MailboxDeps = {
    ...yard.deps,
    now,
    deadline: () => now() + LIMITS.runSeconds * 1_000,
    sendChecks: async (messages) => {
      queue.push(...messages);
    },
  };
  const call = apiOver(deps);
  const cache = configCache(deps);
  const outcomes: Record<string, number> = {};
  const shown: Record<string, number> = {};
  const counts = { rounds: 0, left: 0, backedOff: 0 };
  const wrong: string[] = [];

  const handle = async (message: CheckMessage): Promise<boolean> => {
    const deadline = deps.deadline();
    const reports = await checkAccounts({ ...deps, deadline: () => deadline }, cache, message);
    for (const report of reports) {
      const name = report.outcome === 'failed' ? report.code : report.outcome;
      outcomes[name] = (outcomes[name] ?? 0) + 1;
      if (name === 'left') counts.left += 1;
      if (name === 'internal' || name === 'segment.corrupt') wrong.push(`a check came to ${name}`);
    }
    return reports.every(({ outcome }) => outcome === 'quiet');
  };
  /** `twice`: the queue delivers its messages twice, at once. */
  const one = async (twice = false): Promise<boolean> => {
    counts.rounds += 1;
    skewMs += TICK_SECONDS * 1_000;
    const tickSeconds = Math.floor(now() / 1_000 / TICK_SECONDS) * TICK_SECONDS;
    await dispatchChecks(deps, tickSeconds);
    const messages = queue.splice(0);
    const found = await Promise.all((twice ? [...messages, ...messages] : messages).map(handle));
    return found.every((quiet) => quiet);
  };
  const shownAccounts = async (): Promise<readonly Json[]> =>
    listed(await call('GET', '/v1/accounts', { tenant: TENANT, query: 'limit=200' }), 'accounts');

  return {
    one,
    /** What the API says of those that fail just now. */
    look: async (): Promise<void> => {
      for (const { failure } of await shownAccounts()) {
        if (failure === undefined) continue;
        const code = String(failure['code']);
        shown[code] = (shown[code] ?? 0) + 1;
        if (Date.parse(String(failure['until'])) > now()) counts.backedOff += 1;
      }
    },
    /** Until all accounts are quiet, and again after each of these waits; undefined when they are. */
    rest: async (...waits: readonly number[]): Promise<string | undefined> => {
      for (const seconds of [0, ...waits]) {
        skewMs += seconds * 1_000;
        let quiet = false;
        for (let round = 0; round < REST_ROUNDS_MAX && !quiet; round += 1) quiet = await one();
        if (!quiet) return `not all accounts come to rest, ${seconds} s later`;
      }
      return undefined;
    },
    stillFailing: async (): Promise<string[]> => {
      const found = [...wrong];
      const all = await shownAccounts();
      if (all.length !== accounts.length) found.push(`the API shows ${all.length} accounts`);
      for (const { name, failure, state } of all) {
        if (failure === undefined && String(state) === 'active') continue;
        found.push(`${String(name)} is shown as ${String(state)} and failing: ${JSON.stringify(failure)}`);
      }
      return found;
    },
    seen: () => ({ ...counts, outcomes, shown }),
  };
};
