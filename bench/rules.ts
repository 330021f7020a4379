/** Five rules over 1,000 new messages, moves and flags carried out and proved: ours, imapfilter and sieve-filter. */
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { raceFiling, tellFiling, timesImapfilter } from './filing.ts';
import { FILTER_TOOLS } from './filter-peers.ts';
import { FIXTURE_SEED, filingFixture } from './fixture.ts';
import { medianMs } from './race.ts';
import { deliverMail, type Outcome } from './rules-mail.ts';
import { onStage, type Stage } from './stage.ts';

const RTT_MS = 50;
const RUNS = 5;
const MESSAGES = 1_000;
/** Design: at 50 ms round trip, and on loopback. */
const MS_MAX: Readonly<Record<number, number>> = { 50: 900, 0: 200 };

export const rules: Bench = {
  summary: '5 rules over 1,000 new messages, with moves and flags: ours, imapfilter and sieve-filter',
  run: (options) => onStage(filingFixture(FILTER_TOOLS, 0), (stage) => measure(stage, options)),
};

const measure = async (stage: Stage, options: BenchOptions): Promise<BenchResult> => {
  const { rttMs = RTT_MS, runs = RUNS, seed = FIXTURE_SEED } = options;
  const filed = await raceFiling(stage, {
    rttMs,
    runs,
    prepare: (_ours, round) => deliverToAll(stage, seed + round),
    file: (ours) => ours.check('synced'),
  });
  const atMost = MS_MAX[rttMs];
  return tellFiling(filed, {
    title: `rules: 5 rules over ${MESSAGES} new messages, seeds from ${seed}, TLS, ${rttMs} ms round trip, medians`,
    budgets: [
      {
        what: 'imapfilter / ours',
        measured: timesImapfilter(filed),
        // On loopback it is asked of many messages: bench backfill.
        ...(rttMs > 0 ? { atLeast: 1 } : {}),
        digits: 2,
      },
      ...(atMost === undefined ? [] : [{ what: 'ms of ours', measured: medianMs(filed.ours), atMost }]),
    ],
    json: { seed, rtt_ms: rttMs },
  });
};

/** The same mail for every tool's user, and what the rules have to make of it. */
const deliverToAll = async (stage: Stage, seed: number): Promise<Outcome> => {
  let expected: Outcome | undefined;
  for (const user of stage.fixture.users) {
    expected = await deliverMail(stage.server().plainPort, user, MESSAGES, seed);
  }
  if (expected === undefined) throw new Error('there is nobody to deliver to');
  return expected;
};
