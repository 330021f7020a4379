/** Mail arriving at many accounts at once, filed by the local runtime: how soon, and whether each exactly once. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startService, TENANT } from '../local/service.ts';
import { LIMITS } from '../shared/limits.ts';
import { parseRule } from '../shared/rules/rule.ts';
import { createRule } from '../shared/service/manage-rules.ts';
import { putNewAccount } from '../shared/store/accounts.ts';
import { createHead } from '../shared/store/head.ts';
import { pollGroupOf } from '../shared/sync/due.ts';
import { createCertificate } from '../test/support/certificates.ts';
import { type Dovecot, startDovecot } from '../test/support/dovecot.ts';
import type { Bench, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { login } from './fixture-mail.ts';
import { median } from './race.ts';
import { seededRandom } from './random.ts';
import { formatNumber } from './table.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ACCOUNTS = 2_000;
const EVERY_SECONDS = 60;
const SECONDS = 600;
const SEED = 20_261_128;
const ARRIVALS_PER_SECOND = 10;
/** What a message may take beyond the interval that it waits for at most. */
const SLACK_MS = 5_000;
const SYNC_ROUNDS_MAX = 20;
const PASSWORD = 'bench-password';
const userOf = (n: number): string => `user${n}`;

export const load: Bench = {
  summary: 'mail arriving at many accounts, through the local runtime (--accounts, --every, --seconds)',
  run: async ({ accounts = ACCOUNTS, everySeconds = EVERY_SECONDS, seconds = SECONDS, seed = SEED }) => {
    const ends: (() => Promise<void> | void)[] = [];
    try {
      const users = Object.fromEntries(Array.from({ length: accounts }, (_, n) => [userOf(n), PASSWORD]));
      const server = await startDovecot({ users, certificate: await createCertificate('good') });
      ends.push(() => server.stop());
      const folder = temporaryFolder();
      ends.push(folder.remove);
      const filed = new Map<string, number>();
      const outcomes = new Map<string, number>();
      const service = await startService({
        dataFolder: folder.path,
        allowNet: false,
        hosts: [],
        log: { info: () => undefined, warn: () => undefined, error: (event, _, cause) => console.error(event, cause) },
        onReport: ({ outcome }) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1),
        narrate: ({ subject }) => {
          if (!filed.has(subject)) filed.set(subject, performance.now());
        },
      });
      ends.push(service.stop);
      await addAccounts(service.deps, server, accounts);
      say(`first syncs of ${accounts} accounts ...`);
      for (let round = 0; round < SYNC_ROUNDS_MAX; round += 1) {
        if ((await service.checkAll()).every(({ outcome }) => outcome === 'quiet')) break;
      }
      outcomes.clear();
      say(`mail arrives for ${seconds} s ...`);
      service.startTimer(everySeconds);
      const cpu = process.cpuUsage();
      const from = performance.now();
      const arrived = await deliver(server, { accounts, seconds, seed });
      const until = performance.now() + 3 * everySeconds * 1_000;
      while (filed.size < arrived.size && performance.now() < until) await sleep(200);
      const wallSeconds = (performance.now() - from) / 1_000;
      const { user, system } = process.cpuUsage(cpu);
      const checks = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
      const found = await countFiled(server, accounts, folder.path);
      return resultOf({
        accounts,
        everySeconds,
        seconds,
        arrived,
        filed,
        found,
        outcomes,
        checksPerSecond: checks / wallSeconds,
        checksPerCpuSecond: checks / ((user + system) / 1e6),
      });
    } finally {
      for (const end of ends.reverse()) await end();
    }
  },
};

const say = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

type Deps = Awaited<ReturnType<typeof startService>>['deps'];

const addAccounts = async (deps: Deps, server: Dovecot, accounts: number): Promise<void> => {
  for (let n = 0; n < accounts; n += 1) {
    const ref = { tenant: TENANT, accountId: deps.newId() };
    await putNewAccount(deps.table, {
      name: userOf(n),
      host: server.host,
      port: server.port,
      tls: 'implicit',
      user: userOf(n),
      address: `${userOf(n)}@example.com`,
      ca: server.ca,
      pollSeconds: 60,
      applyToExisting: false,
      tenant: ref.tenant,
      id: ref.accountId,
      credential: await deps.vault.seal({ kind: 'password', password: PASSWORD }, ref),
      revision: 1,
      createdAt: deps.now(),
      updatedAt: deps.now(),
    });
    await createHead(deps.table, ref, pollGroupOf(ref.accountId, 60, LIMITS.pollShards));
  }
  const rule = {
    name: 'File',
    conditions: { subject: 'load' },
    actions: [{ type: 'move', mailbox: { role: 'archive' } }],
  };
  await createRule(deps, { tenant: TENANT, id: deps.newId(), input: parseRule(rule) });
};

type Delivery = { readonly accounts: number; readonly seconds: number; readonly seed: number };

/** When each message was there, by its subject: at an account drawn by lot, so many a second. */
const deliver = async (server: Dovecot, { accounts, seconds, seed }: Delivery): Promise<Map<string, number>> => {
  const random = seededRandom(seed);
  const arrived = new Map<string, number>();
  const under = new Set<Promise<void>>();
  const from = performance.now();
  for (let n = 0; n < seconds * ARRIVALS_PER_SECOND; n += 1) {
    await sleep(Math.max(0, from + (n * 1_000) / ARRIVALS_PER_SECOND - performance.now()));
    const user = userOf(Math.floor(random() * accounts));
    const subject = `load ${n}`;
    const one = appendOne(server, user, subject).then(() => {
      arrived.set(subject, performance.now());
    });
    under.add(one);
    void one.finally(() => under.delete(one)).catch(() => undefined);
  }
  await Promise.all(under);
  return arrived;
};

const appendOne = async (server: Dovecot, user: string, subject: string): Promise<void> => {
  const imap = await login(server.plainPort, { user, password: PASSWORD });
  const id = subject.replace(' ', '.');
  const text = `From: a@example.org\r\nTo: ${user}@example.com\r\nSubject: ${subject}\r\nMessage-ID: <${id}@bench.example>\r\n\r\nA few words.\r\n`;
  await imap.ask(`APPEND INBOX () {${text.length}+}\r\n${text}`, 'LOGOUT');
  imap.close();
};

/** How often each message lies in the archive of anybody, as Dovecot itself says. */
const countFiled = async (server: Dovecot, accounts: number, folder: string): Promise<Map<string, number>> => {
  const list = path.join(folder, 'users');
  writeFileSync(list, Array.from({ length: accounts }, (_, n) => `${userOf(n)}\n`).join(''));
  const told = await server.doveadm(['-f', 'tab', 'fetch', '-F', list, 'hdr.subject', 'mailbox', 'Archive']);
  const counts = new Map<string, number>();
  for (const [subject] of told.matchAll(/load \d+/g)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  return counts;
};

type Outcome = {
  readonly accounts: number;
  readonly everySeconds: number;
  readonly seconds: number;
  /** When, by subject. */
  readonly arrived: ReadonlyMap<string, number>;
  readonly filed: ReadonlyMap<string, number>;
  /** How often, by subject. */
  readonly found: ReadonlyMap<string, number>;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly checksPerSecond: number;
  readonly checksPerCpuSecond: number;
};

const resultOf = (outcome: Outcome): BenchResult => {
  const { accounts, everySeconds, seconds, arrived, filed, found, outcomes } = outcome;
  const lost = [...arrived.keys()].filter((subject) => !found.has(subject)).length;
  const twice = [...found.values()].filter((count) => count > 1).length;
  const latencies = [...arrived].flatMap(([subject, at]) => {
    const end = filed.get(subject);
    return end === undefined ? [] : [Math.max(0, end - at)];
  });
  const sorted = latencies.sort((a, b) => a - b);
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.POSITIVE_INFINITY;
  return {
    title:
      `load: ${formatNumber(accounts)} accounts checked every ${everySeconds} s by the local runtime, ` +
      `${ARRIVALS_PER_SECOND} messages a second for ${formatNumber(seconds)} s`,
    ...judge([
      { what: 'messages', measured: arrived.size },
      { what: 'lost', measured: lost, atMost: 0 },
      { what: 'filed twice', measured: twice, atMost: 0 },
      { what: 'arrival to filed, p50 ms', measured: median(sorted) },
      { what: 'arrival to filed, p99 ms', measured: p99, atMost: everySeconds * 1_000 + SLACK_MS },
      { what: 'checks a second', measured: outcome.checksPerSecond, digits: 1 },
      { what: 'checks a second of processor time', measured: outcome.checksPerCpuSecond, digits: 1 },
    ]),
    notes: [`Checks: ${[...outcomes].map(([name, count]) => `${name} ${count}`).join(', ')}.`],
    json: {
      accounts,
      every_s: everySeconds,
      messages: arrived.size,
      lost,
      twice,
      p50_ms: median(sorted),
      p99_ms: p99,
      checks_per_s: outcome.checksPerSecond,
      checks_per_cpu_s: outcome.checksPerCpuSecond,
    },
  };
};
