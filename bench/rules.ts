/** Five rules over 1,000 new messages, moves and flags carried out and proved: ours, imapfilter and sieve-filter. */
import { isDeepStrictEqual } from 'node:util';
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { FILTER_TOOLS, filterPeers } from './filter-peers.ts';
import { FIXTURE_SEED, FIXTURE_USER, filingFixture } from './fixture.ts';
import { type Ours, openOurs, syncedAccount } from './ours.ts';
import { medianMs, type Racer, race, type Standing } from './race.ts';
import { deliverMail, type Outcome, outcomeOf, RULES } from './rules-mail.ts';
import { commandNames, jsonOfRace, scoreboard } from './scoreboard.ts';
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
  const synced = await syncedAccount(stage, RULES);
  const peers = filterPeers(stage);
  const wrong: string[] = [];
  let expected: Outcome | undefined;
  let ours: Ours | undefined;

  /** Every tool has to have come to the same. */
  const checked = (racer: Racer, user: string): Racer => ({
    ...racer,
    run: async (round) => {
      const sample = await racer.run(round);
      const came = await outcomeOf(stage.server().plainPort, { ...FIXTURE_USER, user });
      if (!isDeepStrictEqual(came, expected)) {
        wrong.push(`${racer.name}: ${JSON.stringify(came)}, not ${JSON.stringify(expected)}`);
      }
      return sample;
    },
  });
  const oursRacer: Racer = {
    name: 'ours',
    isPeer: false,
    run: async () => {
      if (ours === undefined) throw new Error('the round was not prepared');
      return await ours.check('synced');
    },
  };
  try {
    const standings = await race({
      stage,
      rttMs,
      runs,
      peerRunsMax: runs,
      prepare: async (round) => {
        await ours?.stop();
        await stage.renew();
        await stage.line(0);
        ours = await openOurs(stage, { table: await stage.database.copyTable(synced.table), ref: synced.ref });
        await ours.warm();
        for (const user of stage.fixture.users) {
          expected = await deliverMail(stage.server().plainPort, user, MESSAGES, seed + round);
        }
      },
      racers: [checked(oursRacer, FIXTURE_USER.user), ...peers.racers.map((racer) => checked(racer, racer.name))],
    });
    return told(standings, { rttMs, seed, wrong, notes: peers.notes });
  } finally {
    await ours?.stop();
  }
};

type Told = {
  readonly rttMs: number;
  readonly seed: number;
  readonly wrong: readonly string[];
  readonly notes: readonly string[];
};

const told = (standings: readonly Standing[], { rttMs, seed, wrong, notes }: Told): BenchResult => {
  const [ours, ...others] = standings;
  if (ours === undefined) throw new Error('nobody ran');
  const imapfilter = others.find(({ name }) => name === 'imapfilter');
  const oursMs = medianMs(ours);
  const atMost = MS_MAX[rttMs];
  return {
    title: `rules: 5 rules over ${MESSAGES} new messages, seeds from ${seed}, TLS, ${rttMs} ms round trip, medians`,
    contestants: scoreboard(standings),
    ...judge([
      {
        what: 'imapfilter / ours',
        measured: imapfilter === undefined ? undefined : medianMs(imapfilter) / oursMs,
        // On loopback it is asked of many messages: bench backfill.
        ...(rttMs > 0 ? { atLeast: 1 } : {}),
        digits: 2,
      },
      ...(atMost === undefined ? [] : [{ what: 'ms of ours', measured: oursMs, atMost }]),
      { what: 'outcomes that were wrong', measured: wrong.length, atMost: 0 },
    ]),
    notes: [
      `Commands of ours: ${commandNames(ours)}.`,
      'sieve-filter reads the mail store beside the server: no line, no login.',
      'Ours proves each effect and keeps mirror and journal; the others keep nothing.',
      ...wrong,
      ...notes,
    ],
    json: { ...jsonOfRace(ours, others), seed, rtt_ms: rttMs },
  };
};
