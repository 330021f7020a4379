/**
 * The first sync of a million messages, where the server is so slow that it takes several runs: it goes on from run to run, and
 * tells how far it is. The slowness is the clock's alone, so that the runs are as many on any machine.
 */
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { accountOverApi, firstSyncInRuns, oddReadings, type Progress } from './bounded-runs.ts';
import { judge } from './budget.ts';
import { copiedFixture, FIXTURE_SEED } from './fixture.ts';
import { mirrorDifferences } from './mirror-check.ts';
import { newAccount, openOurs } from './ours.ts';
import { openService } from './service.ts';
import { onStage, type Stage } from './stage.ts';
import { formatNumber } from './table.ts';

const RTT_MS = 50;
/** There is one for each piece of 50,000 messages, and some before the first; a run has 240 s. */
const SECONDS_PER_LOOK = 14;
const RUNS_MIN = 3;
const RSS_MB_MAX = 256;
const MILLION = copiedFixture({ blockMessages: 50_000, inboxBlocks: 13, inboxExpunged: 50_000, folders: 8 });

export const million: Bench = {
  summary: 'the first sync of 1,000,000 messages over bounded runs, its progress read through the API',
  run: (options) => onStage(MILLION, (stage) => measure(stage, options)),
};

const measure = async (stage: Stage, options: BenchOptions): Promise<BenchResult> => {
  const { rttMs = RTT_MS } = options;
  const { fixture, say } = stage;
  const state = await newAccount(stage);
  const api = openService({ table: state.table, keys: stage.keys });
  let clock = Date.now();
  const readAccount = accountOverApi({ ...api.deps, now: () => clock }, state.ref);
  await stage.line(0);
  await stage.warmServer();
  await stage.line(rttMs);
  // One process for all runs, as a warm worker: what one leaves in memory counts for the next.
  const worker = await openOurs(stage, state, { secondsPerLook: SECONDS_PER_LOOK });
  try {
    const { runs, readings } = await firstSyncInRuns(async () => {
      const sample = await worker.check('synced');
      clock = sample.endedAt;
      say(`a run of ${formatNumber(sample.ms)} ms, ${formatNumber(sample.rssMb ?? 0)} MB at most so far`);
      return sample;
    }, readAccount);
    await stage.line(0);
    say('comparing the mirror with the server, message by message ...');
    const differences = await mirrorDifferences(stage, state);
    const odd = oddReadings(readings, fixture.messages);
    const sum = (pick: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + pick(run), 0);
    const ms = sum((run) => run.ms);
    const writes = sum(({ units }) => units?.write ?? 0);
    const rssMb = Math.max(...runs.map((run) => run.rssMb ?? 0));
    const { rows, failures } = judge([
      { what: 'runs', measured: runs.length, atLeast: RUNS_MIN },
      { what: 'readings of its progress', measured: readings.length, atLeast: RUNS_MIN - 1 },
      { what: 'messages mirrored wrongly', measured: differences, atMost: 0 },
      { what: 'peak MB', measured: rssMb, atMost: RSS_MB_MAX },
      { what: 'ms, all runs', measured: ms },
      { what: 'write units', measured: writes },
    ]);
    return {
      title:
        `million: ${formatNumber(fixture.messages)} messages in ${fixture.folders} folders, TLS, ` +
        `${rttMs} ms round trip, each look at the clock finds it ${SECONDS_PER_LOOK} s later`,
      contestants: { header: ['after run', 'done', 'in all', 'a second', 'seconds left'], rows: readings.map(lineOf) },
      rows,
      notes: ['One run more than readings: after the last, the account tells when its first sync was through.'],
      json: {
        runs: runs.length,
        progress: readings.map(({ messagesDone }) => `${messagesDone}/${fixture.messages}`),
        ms: Math.round(ms),
        wru: writes,
        rss_mb: Math.round(rssMb),
        differences,
        messages: fixture.messages,
        rtt_ms: rttMs,
        seed: FIXTURE_SEED,
      },
      failures: [...failures, ...odd],
    };
  } finally {
    await worker.stop();
    api.close();
  }
};

const lineOf = (
  { messagesDone, messagesTotal, messagesPerSecond, secondsRemaining }: Progress,
  nth: number,
): string[] => [
  `${nth + 1}`,
  formatNumber(messagesDone),
  formatNumber(messagesTotal),
  messagesPerSecond === undefined ? '' : formatNumber(messagesPerSecond),
  secondsRemaining === undefined ? '' : formatNumber(secondsRemaining),
];
