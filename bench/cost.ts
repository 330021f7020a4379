/** What a month of checks costs: the functions as they are deployed, measured, and priced beside the usual design. */
import { readFileSync } from 'node:fs';
import { LIMITS } from '../shared/limits.ts';
import type { AccountRef } from '../shared/store/head.ts';
import { batchesOf } from '../shared/sync/fair-batches.ts';
import { type Lambda, missingRuntimeClient, runLambda } from '../test/support/ric.ts';
import type { Bench, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { bundleEntry } from './bundles.ts';
import { type CostStage, FOLDERS, startCostStage } from './cost-stage.ts';
import { atMemoryMs, type Bill, monthlyBill, PRICES, totalOf, type Usage } from './prices.ts';
import { formatNumber } from './table.ts';

const ACCOUNTS = 1_000;
const EVERY_SECONDS = 60;
const RTT_MS = 50;
const DOLLARS_MAX = 15;
const NAIVE_TO_OURS_MIN = 15;
/** As the stack deploys functions/sync; a test holds the two together. */
export const SYNC_MEMORY_MB = 512;
const NAIVE_MEMORY_MB = 256;
const NAIVE_POLLS_MAX = 100;
/** TCP and IP headers of a packet. */
const PACKET_BYTES = 40;
/** A message is sent with nine others, received, and deleted. */
const SQS_REQUESTS_PER_BATCH = 2.1;
/** What Lambda itself logs of an invocation in text, as START, END and REPORT; ours has these switched off (SystemLogLevel WARN). */
const PLATFORM_LOG_BYTES = 350;

type Measured = Usage & { readonly cpuMs: number; readonly wallMs: number; readonly rssMb: number };

export const cost: Bench = {
  summary: 'dollars a month for 1,000 accounts, beside the usual design (--accounts, --every)',
  run: async ({ accounts = ACCOUNTS, everySeconds = EVERY_SECONDS, rttMs = RTT_MS }) => {
    const missing = missingRuntimeClient();
    if (missing !== undefined) throw new Error(missing);
    const stage = await startCostStage(accounts);
    try {
      const ours = await measureOurs(stage, rttMs);
      const naive = await measureNaive(stage, rttMs);
      return resultOf({ ours, naive, accounts, everySeconds, rttMs });
    } finally {
      await stage.stop();
    }
  },
};

const measureOurs = async (stage: CostStage, rttMs: number): Promise<Measured> =>
  await withFunction('functions/sync.ts', stage, async (lambda) => {
    const [first] = stage.refs;
    if (first === undefined) throw new Error('there is no account');
    const check = async (accounts: readonly AccountRef[], more: object): Promise<void> => {
      const body = JSON.stringify({ accounts, tickSeconds: Math.floor(Date.now() / 1_000), pollSeconds: 60, ...more });
      const answer = await lambda.invoke({ Records: [{ messageId: 'm', body, eventSource: 'aws:sqs' }] });
      if (!answer.ok || JSON.stringify(answer.result) !== '{"batchItemFailures":[]}')
        throw new Error(`functions/sync: ${JSON.stringify(answer)}`);
    };
    // Not measured: the first sync, one for all as they have the same mail, and the round that a sandbox begins with.
    for (let runs = 0; runs < 4; runs += 1) await check([first], { long: true });
    await stage.levelWith(first);
    const batches = batchesOf(stage.refs, LIMITS.accountsPerCheckMax);
    const round = async (): Promise<void> => {
      for (const [n, some] of batches.entries()) await check(some, { batch: { pollGroup: '60#0', n } });
    };
    await stage.slowLine(rttMs);
    await round();
    const { logged, ...measured } = await measure(stage, lambda, stage.refs.length, round);
    const quiet = [...logged.matchAll(/"quiet":(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    if (quiet !== stage.refs.length) throw new Error(`${quiet} of ${stage.refs.length} checks were quiet`);
    const perCheck = batches.length / stage.refs.length;
    const billedMs = atMemoryMs(measured.wallMs / perCheck, measured.cpuMs / perCheck, SYNC_MEMORY_MB) * perCheck;
    return {
      ...measured,
      memoryMb: SYNC_MEMORY_MB,
      billedMs,
      invocations: perCheck,
      sqsRequests: SQS_REQUESTS_PER_BATCH * perCheck,
      schedulerInvocations: 0,
    };
  });

const measureNaive = async (stage: CostStage, rttMs: number): Promise<Measured> =>
  await withFunction('bench/naive/poll.ts', stage, async (lambda) => {
    const polls = Math.min(stage.refs.length, NAIVE_POLLS_MAX);
    const round = async (): Promise<void> => {
      for (let n = 0; n < polls; n += 1) {
        const answer = await lambda.invoke({ pk: `naive-${n}` });
        if (!answer.ok) throw new Error(`the naive design: ${answer.errorMessage}`);
      }
    };
    await stage.slowLine(rttMs);
    await round();
    const { logged: _logged, ...measured } = await measure(stage, lambda, polls, round);
    return {
      ...measured,
      memoryMb: NAIVE_MEMORY_MB,
      billedMs: atMemoryMs(measured.wallMs, measured.cpuMs, NAIVE_MEMORY_MB),
      logBytes: measured.logBytes + PLATFORM_LOG_BYTES,
      invocations: 1,
      sqsRequests: 0,
      schedulerInvocations: 1,
    };
  });

const withFunction = async (
  entry: string,
  stage: CostStage,
  act: (lambda: Lambda) => Promise<Measured>,
): Promise<Measured> => {
  const bundle = await bundleEntry(entry);
  try {
    const lambda = await runLambda({ bundleDir: bundle.dir, env: stage.environment, timeoutMs: 280_000 });
    try {
      return await act(lambda);
    } finally {
      await lambda.stop();
    }
  } finally {
    bundle.remove();
  }
};

/** Divided by the checks made in `act`. */
const measure = async (stage: CostStage, lambda: Lambda, checks: number, act: () => Promise<void>) => {
  stage.meter.take();
  const kmsBefore = stage.kms.calls['Decrypt'] ?? 0;
  const loggedBefore = lambda.output().length;
  const cpuBefore = cpuMsOf(lambda.pid);
  const { wallMs, traffic } = await stage.line.during(async () => {
    const from = performance.now();
    await act();
    return { wallMs: performance.now() - from };
  });
  const cpuMs = cpuMsOf(lambda.pid) - cpuBefore;
  const { read, write } = stage.meter.take();
  const logged = lambda.output().slice(loggedBefore);
  return {
    logged,
    wallMs: wallMs / checks,
    cpuMs: cpuMs / checks,
    readUnits: read / checks,
    writeUnits: write / checks,
    kmsRequests: ((stage.kms.calls['Decrypt'] ?? 0) - kmsBefore) / checks,
    logBytes: Buffer.byteLength(logged) / checks,
    rssMb: peakMbOf(lambda.pid),
    egressBytes: (traffic.bytesUp + traffic.packetsUp * PACKET_BYTES) / checks,
  };
};

/** User and system time of all threads of a process (proc(5)), whose clock ticks a hundred times a second. */
const cpuMsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

/** The most that a process has held at once. */
const peakMbOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

type Outcome = {
  readonly ours: Measured;
  readonly naive: Measured;
  readonly accounts: number;
  readonly everySeconds: number;
  readonly rttMs: number;
};

const resultOf = ({ ours, naive, accounts, everySeconds, rttMs }: Outcome): BenchResult => {
  const [bill, naiveBill] = [ours, naive].map((usage) => monthlyBill(usage, 1_000, everySeconds)) as [Bill, Bill];
  const [dollars, naiveDollars] = [totalOf(bill), totalOf(naiveBill)];
  const row = (what: string, of: (usage: Measured) => number, digits: number) => [
    what,
    formatNumber(of(ours), digits),
    formatNumber(of(naive), digits),
  ];
  const items = Object.keys(bill) as (keyof Bill)[];
  return {
    title:
      `cost: ${formatNumber(accounts)} accounts of ${FOLDERS} folders checked, quiet, TLS, ${rttMs} ms round trip; ` +
      `1,000 of them every ${everySeconds} s for a month at the prices of ${PRICES.date}, ${PRICES.region}`,
    contestants: {
      header: ['one check', 'ours', 'naive'],
      rows: [
        row('processor, ms', ({ cpuMs }) => cpuMs, 2),
        row('wall, ms (of a batch, divided)', ({ wallMs }) => wallMs, 1),
        row('billed at its memory, ms', ({ billedMs }) => billedMs, 1),
        row('memory, MB', ({ memoryMb }) => memoryMb, 0),
        row('of it held at most, MB', ({ rssMb }) => rssMb, 0),
        row('bytes out', ({ egressBytes }) => egressBytes, 0),
        row('read units', ({ readUnits }) => readUnits, 2),
        row('write units', ({ writeUnits }) => writeUnits, 2),
        row('KMS calls', ({ kmsRequests }) => kmsRequests, 2),
        row('log bytes', ({ logBytes }) => logBytes, 0),
        ['dollars a month', '', ''],
        ...items.map((item) => [`  ${item}`, formatNumber(bill[item], 2), formatNumber(naiveBill[item], 2)]),
        ['  all', formatNumber(dollars, 2), formatNumber(naiveDollars, 2)],
      ],
    },
    ...judge([
      { what: 'dollars for 1,000 accounts a month', measured: dollars, atMost: DOLLARS_MAX, digits: 2 },
      { what: 'naive / ours', measured: naiveDollars / dollars, atLeast: NAIVE_TO_OURS_MIN, digits: 1 },
    ]),
    notes: [
      'Accounts share one mailbox on disk, as quiet checks only read; the dispatcher adds cents, whatever the number of accounts.',
      'Wall is what this machine took, less its processor time, plus that at the share of a processor that Lambda gives.',
    ],
    json: {
      dollars_per_1000_accounts_month: dollars,
      naive_dollars_per_1000_accounts_month: naiveDollars,
      naive_to_ours: naiveDollars / dollars,
      accounts,
      every_s: everySeconds,
      rtt_ms: rttMs,
      cpu_ms: ours.cpuMs,
      wall_ms: ours.wallMs,
      billed_ms: ours.billedMs,
      egress_bytes: ours.egressBytes,
      bill,
      naive_bill: naiveBill,
    },
  };
};
