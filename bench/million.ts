/** The first sync of a million messages: more than one run may take, so that it goes on from run to run, and tells how far it is. */
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
const RUN_SECONDS = 2;
const RUNS_MIN = 3;
const RSS_MB_MAX = 256;
const MILLION = copiedFixture({ blockMessages: 50_000, inboxBlocks: 13, inboxExpunged: 50_000, folders: 8 });

export const million: Bench = {
  summary: 'the first sync of 1,000,000 messages over bounded runs, its progress read through the API',
  run: (options) => onStage(MILLION, (stage) => measure(stage, options)),
};

const measure = async (stage: Stage, options: BenchOptions): Promise<BenchResult> => {
  const { rttMs = RTT_MS, runSeconds = RUN_SECONDS } = options;
  const { fixture, say } = stage;
  const state = await newAccount(stage);
  const api = openService({ table: state.table, keys: stage.keys });
  const readAccount = accountOverApi(api.deps, state.ref);
  await stage.line(0);
  await stage.warmServer();
  await stage.line(rttMs);
  // One process for all runs, as a warm worker: what one leaves in memory counts for the next.
  const worker = await openOurs(stage, state, { runSeconds });
  try {
    const { runs, readings } = await firstSyncInRuns(async () => {
      const sample = await worker.check('synced');
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
    const longest = Math.max(...runs.map((run) => run.ms));
    const { rows, failures } = judge([
      { what: 'runs', measured: runs.length, atLeast: RUNS_MIN },
      { what: 'readings of its progress', measured: readings.length, atLeast: RUNS_MIN - 1 },
      { what: 'messages mirrored wrongly', measured: differences, atMost: 0 },
      { what: 'peak MB', measured: rssMb, atMost: RSS_MB_MAX },
      { what: 'ms, all runs', measured: ms },
      { what: 'ms, the longest run', measured: longest },
      { what: 'write units', measured: writes },
    ]);
    return {
      title:
        `million: ${formatNumber(fixture.messages)} messages in ${fixture.folders} folders, TLS, ` +
        `${rttMs} ms round trip, runs of ${runSeconds} s`,
      contestants: { header: ['after run', 'done', 'in all', 'a second', 'seconds left'], rows: readings.map(lineOf) },
      rows,
      notes: ['One run more than readings: after the last, the account tells when its first sync was through.'],
      json: {
        runs: runs.length,
        progress: readings.map(({ messagesDone }) => `${messagesDone}/${fixture.messages}`),
        ms: Math.round(ms),
        longest_run_ms: Math.round(longest),
        wru: writes,
        rss_mb: Math.round(rssMb),
        differences,
        messages: fixture.messages,
        run_seconds: runSeconds,
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
