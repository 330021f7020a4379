/** Five rules over 100,000 messages that are there, moves and flags carried out and proved: ours, imapfilter and sieve-filter. */
import { isDeepStrictEqual } from 'node:util';
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { FILTER_TOOLS, filterPeers } from './filter-peers.ts';
import { FIXTURE_SEED, FIXTURE_USER, filingFixture } from './fixture.ts';
import { type Ours, openOurs, syncedAccount } from './ours.ts';
import { median, medianMs, type Racer, race, type Standing } from './race.ts';
import { expectedOf, OLD_MAIL, type Outcome, outcomeOf, RULES } from './rules-mail.ts';
import { commandNames, jsonOfRace, scoreboard } from './scoreboard.ts';
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
  const synced = await syncedAccount(stage, RULES);
  const peers = filterPeers(stage);
  const wrong: string[] = [];
  const expected: Outcome = expectedOf(MESSAGES, FIXTURE_SEED, OLD_MAIL);
  const toldMs: number[] = [];
  let token = '';
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
      return await ours.backfill(token);
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
        const would = await ours.tell();
        token = would.token;
        if (round > 0) toldMs.push(would.ms);
      },
      racers: [checked(oursRacer, FIXTURE_USER.user), ...peers.racers.map((racer) => checked(racer, racer.name))],
    });
    return told(standings, { rttMs, wrong, toldMs, notes: peers.notes });
  } finally {
    await ours?.stop();
  }
};

type Told = {
  readonly rttMs: number;
  readonly wrong: readonly string[];
  readonly toldMs: readonly number[];
  readonly notes: readonly string[];
};

const told = (standings: readonly Standing[], { rttMs, wrong, toldMs, notes }: Told): BenchResult => {
  const [ours, ...others] = standings;
  if (ours === undefined) throw new Error('nobody ran');
  const imapfilter = others.find(({ name }) => name === 'imapfilter');
  const oursMs = medianMs(ours);
  return {
    title: `backfill: 5 rules over ${MESSAGES} messages that are there, TLS, ${rttMs} ms round trip, medians`,
    contestants: scoreboard(standings),
    ...judge([
      {
        what: 'imapfilter / ours',
        measured: imapfilter === undefined ? undefined : medianMs(imapfilter) / oursMs,
        atLeast: 1,
        digits: 2,
      },
      { what: 'outcomes that were wrong', measured: wrong.length, atMost: 0 },
    ]),
    notes: [
      `Commands of ours: ${commandNames(ours)}.`,
      'sieve-filter reads the mail store beside the server: no line, no login.',
      `Ours is timed from the confirmation; what it told before that took ${Math.round(median(toldMs))} ms more.`,
      'Ours proves each effect and keeps mirror and journal; the others keep nothing.',
      ...wrong,
      ...notes,
    ],
    json: { ...jsonOfRace(ours, others), told_ms: Math.round(median(toldMs)), seed: FIXTURE_SEED, rtt_ms: rttMs },
  };
};
