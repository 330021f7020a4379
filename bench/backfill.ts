/** Five rules over 100,000 messages that are there, moves and flags carried out and proved: ours, imapfilter and sieve-filter. */
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { raceFiling, tellFiling, timesImapfilter } from './filing.ts';
import { FILTER_TOOLS } from './filter-peers.ts';
import { FIXTURE_SEED, filingFixture } from './fixture.ts';
import { median } from './race.ts';
import { expectedOf, OLD_MAIL } from './rules-mail.ts';
import { onStage, type Stage } from './stage.ts';

const RTT_MS = 0;
const RUNS = 3;
const MESSAGES = 100_000;

export const backfill: Bench = {
  summary: '5 rules over 100,000 messages that are there: ours, imapfilter and sieve-filter',
  run: (options) => onStage(filingFixture(FILTER_TOOLS, MESSAGES), (stage) => measure(stage, options)),
};

const measure = async (stage: Stage, options: BenchOptions): Promise<BenchResult> => {
  const { rttMs = RTT_MS, runs = RUNS } = options;
  const expected = expectedOf(MESSAGES, FIXTURE_SEED, OLD_MAIL);
  const toldMs: number[] = [];
  let token = '';
  const filed = await raceFiling(stage, {
    rttMs,
    runs,
    prepare: async (ours, round) => {
      const would = await ours.tell();
      token = would.token;
      if (round > 0) toldMs.push(would.ms);
      return expected;
    },
    file: (ours) => ours.backfill(token),
  });
  const told = Math.round(median(toldMs));
  return tellFiling(filed, {
    title: `backfill: 5 rules over ${MESSAGES} messages that are there, TLS, ${rttMs} ms round trip, medians`,
    budgets: [{ what: 'imapfilter / ours', measured: timesImapfilter(filed), atLeast: 1, digits: 2 }],
    notes: [`Ours is timed from the confirmation; what it told before that took ${told} ms more.`],
    json: { told_ms: told, seed: FIXTURE_SEED, rtt_ms: rttMs },
  });
};
