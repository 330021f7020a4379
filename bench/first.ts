/** The first sync of an account: the flags of every message read and mirrored, by a warm worker and by one that has just started. */
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { FIXTURE_SEED, LARGE, OTHER_USER } from './fixture.ts';
import { fillWide } from './fixture-mail.ts';
import { openFloor } from './floor-racer.ts';
import { mirrorDifferences } from './mirror-check.ts';
import { newAccount, openOurs } from './ours.ts';
import { preparePeers } from './peers.ts';
import { medianMs, type Racer, race } from './race.ts';
import { commandNames, jsonOf, scoreboard, worst } from './scoreboard.ts';
import { onStage, type Stage } from './stage.ts';
import { formatNumber } from './table.ts';

const RTT_MS = 50;
const RUNS = 5;
const TO_FLOOR_MAX = 2;
const WRU_MAX = 200;
const RSS_MB_MAX = 256;
const OTHER_FOLDERS = 16;

export const first: Bench = {
  summary: 'the first sync of 150,000 messages: ours, the floor and peers',
  run: (options) => onStage(LARGE, (stage) => measure(stage, options)),
};

const measure = async (stage: Stage, options: BenchOptions): Promise<BenchResult> => {
  const { rttMs = RTT_MS, runs = RUNS } = options;
  const peers = await preparePeers(stage, options, 'empty');
  let differences = 0;
  let checks = 0;

  const ours = (name: string, isWarm: boolean): Racer => ({
    name,
    isPeer: false,
    run: async (round) => {
      const state = await newAccount(stage);
      const { ref: other } = await newAccount(stage, { user: OTHER_USER, table: state.table });
      const worker = await openOurs(stage, state);
      try {
        if (isWarm) await worker.warmElsewhere(other);
        const sample = await worker.sync();
        checks = sample.checks;
        if (round === runs) differences += await mirrorDifferences(stage, state);
        return sample;
      } finally {
        await worker.stop();
      }
    },
  });
  const floor = (name: string, isWarm: boolean): Racer => ({
    name,
    isPeer: false,
    run: async () => {
      const client = await openFloor(stage);
      try {
        if (isWarm) await client.warmElsewhere({ kind: 'first' });
        const sample = await client.run({ kind: 'first' });
        if (sample.fetched !== stage.fixture.messages) throw new Error(`the floor saw ${sample.fetched} messages`);
        return sample;
      } finally {
        await client.stop();
      }
    },
  });
  const others = peers.present.map(
    ({ name, lay, run }): Racer => ({
      name,
      isPeer: true,
      run: async () => {
        await lay('empty');
        return await run();
      },
    }),
  );
  await fillWide(stage.server().plainPort, OTHER_USER, FIXTURE_SEED, OTHER_FOLDERS);
  const racers = [
    ours('ours', true),
    floor('floor', true),
    ours('ours, cold', false),
    floor('floor, cold', false),
    ...others,
  ];
  const standings = await race({ stage, rttMs, runs, racers, peerRunsMax: 1 });
  const [ourStanding, floorStanding, oursCold, floorCold, ...peerStandings] = standings;
  if (ourStanding === undefined || floorStanding === undefined) throw new Error('nobody ran');
  if (oursCold === undefined || floorCold === undefined) throw new Error('nobody ran cold');
  const oursMs = medianMs(ourStanding);
  const cold = { cold_ours_ms: medianMs(oursCold), cold_floor_ms: medianMs(floorCold) };
  return {
    title: `first: ${formatNumber(stage.fixture.messages)} messages in ${stage.fixture.folders} folders, TLS, ${rttMs} ms round trip, medians`,
    contestants: scoreboard(standings),
    ...judge([
      { what: 'ours / floor', measured: oursMs / medianMs(floorStanding), atMost: TO_FLOOR_MAX, digits: 2 },
      { what: 'cold: ours / floor', measured: cold.cold_ours_ms / cold.cold_floor_ms, digits: 2 },
      { what: 'write units', measured: worst(ourStanding.samples, ({ units }) => units?.write), atMost: WRU_MAX },
      { what: 'peak MB', measured: worst(ourStanding.samples, ({ rssMb }) => rssMb), atMost: RSS_MB_MAX },
      { what: 'connections', measured: worst(ourStanding.samples, ({ traffic }) => traffic.connections), atMost: 1 },
      { what: 'messages mirrored wrongly', measured: differences, atMost: 0 },
    ]),
    notes: [
      `Commands of ours: ${commandNames(ourStanding)}; of the floor: ${commandNames(floorStanding)}; checks of ours: ${checks}.`,
      `Ours and the floor each have read another mailbox before, of 1,000 messages in ${OTHER_FOLDERS} folders; cold, they have done nothing.`,
      'The floor reads the same flags and keeps nothing.',
      "The database is the embedded one, in a process of its own beside ours: the time in its calls (db ms) is not DynamoDB's.",
      'Peers, once, fetch bodies too, which are about 0.5 KB here.',
      ...peers.notes,
    ],
    json: { ...jsonOf(ourStanding, floorStanding, peerStandings), ...cold, seed: FIXTURE_SEED, rtt_ms: rttMs },
  };
};
