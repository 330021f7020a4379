/** Tools that file the same mail by the same five rules: ours, imapfilter and sieve-filter, and what each came to. */
import { isDeepStrictEqual } from 'node:util';
import type { BenchResult } from './bench.ts';
import { type Budget, judge } from './budget.ts';
import { filterPeers } from './filter-peers.ts';
import { FIXTURE_USER } from './fixture.ts';
import { type Ours, openOurs, syncedAccount } from './ours.ts';
import { medianMs, type Racer, race, type Sample, type Standing } from './race.ts';
import { type Outcome, outcomeOf, RULES } from './rules-mail.ts';
import { commandNames, jsonOfRace, scoreboard } from './scoreboard.ts';
import type { Stage } from './stage.ts';

export type Filing = {
  readonly rttMs: number;
  readonly runs: number;
  /** Before each round, with a warm worker of ours, on a fast line: gives what every tool has to come to. */
  readonly prepare: (ours: Ours, round: number) => Promise<Outcome>;
  readonly file: (ours: Ours) => Promise<Sample>;
};

export type Filed = {
  readonly ours: Standing;
  readonly others: readonly Standing[];
  /** What was not come to, in words. */
  readonly wrong: readonly string[];
  readonly notes: readonly string[];
};

export const raceFiling = async (stage: Stage, { rttMs, runs, prepare, file }: Filing): Promise<Filed> => {
  const synced = await syncedAccount(stage, RULES);
  const peers = filterPeers(stage);
  const wrong: string[] = [];
  let expected: Outcome | undefined;
  let ours: Ours | undefined;

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
      return await file(ours);
    },
  };
  try {
    const [first, ...others] = await race({
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
        expected = await prepare(ours, round);
      },
      racers: [checked(oursRacer, FIXTURE_USER.user), ...peers.racers.map((racer) => checked(racer, racer.name))],
    });
    if (first === undefined) throw new Error('nobody ran');
    return { ours: first, others, wrong, notes: peers.notes };
  } finally {
    await ours?.stop();
  }
};

/** How many times as long as ours imapfilter took; undefined where it is missing. */
export const timesImapfilter = ({ ours, others }: Filed): number | undefined => {
  const imapfilter = others.find(({ name }) => name === 'imapfilter');
  return imapfilter === undefined ? undefined : medianMs(imapfilter) / medianMs(ours);
};

export type FilingTold = {
  readonly title: string;
  readonly budgets: readonly Budget[];
  readonly notes?: readonly string[];
  readonly json: BenchResult['json'];
};

export const tellFiling = (filed: Filed, { title, budgets, notes = [], json }: FilingTold): BenchResult => {
  const { ours, others, wrong } = filed;
  return {
    title,
    contestants: scoreboard([ours, ...others]),
    ...judge([...budgets, { what: 'outcomes that were wrong', measured: wrong.length, atMost: 0 }]),
    notes: [
      `Commands of ours: ${commandNames(ours)}.`,
      'sieve-filter reads the mail store beside the server: no line, no login.',
      ...notes,
      'Ours proves each effect and keeps mirror and journal; the others keep nothing.',
      ...wrong,
      ...filed.notes,
    ],
    json: { ...jsonOfRace(ours, others), ...json },
  };
};
