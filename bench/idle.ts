/** Nothing changed: what the check of a quiet account costs, for a worker that has checked it before. */
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { FIXTURE_SEED, FIXTURE_USER, LARGE, wideFixture } from './fixture.ts';
import { deliverOne } from './fixture-mail.ts';
import { openFloor } from './floor-racer.ts';
import { type OursState, openOurs, syncedAccount } from './ours.ts';
import { preparePeers } from './peers.ts';
import { medianMs, type Racer, race, type Sample } from './race.ts';
import { commandCount, commandNames, jsonOf, scoreboard, worst } from './scoreboard.ts';
import { onStage, type Stage } from './stage.ts';
import { formatNumber } from './table.ts';

const RTT_MS = 50;
const RUNS = 5;
const TO_FLOOR_MAX = 1.5;
const MBSYNC_TO_OURS_MIN = 15;
const COMMANDS_MAX = 2;
const WRU_ARRIVAL_MAX = 6;

export const idle: Bench = {
  summary: 'nothing changed: ours, the floor and peers (--folders 5000 for an account of many folders)',
  run: (options) => {
    const { folders = LARGE.folders } = options;
    return onStage(folders === LARGE.folders ? LARGE : wideFixture(folders), (stage) => measure(stage, options));
  },
};

const measure = async (stage: Stage, options: BenchOptions): Promise<BenchResult> => {
  const { rttMs = RTT_MS, runs = RUNS } = options;
  const account = await syncedAccount(stage);
  const peers = await preparePeers(stage, options, 'synced');
  for (const peer of peers.present) await peer.lay('synced');

  const ours: Racer = {
    name: 'ours',
    isPeer: false,
    run: async () => {
      const worker = await openOurs(stage, account);
      try {
        await worker.warm();
        return await worker.check('quiet');
      } finally {
        await worker.stop();
      }
    },
  };
  const floor: Racer = {
    name: 'floor',
    isPeer: false,
    run: async () => {
      const client = await openFloor(stage);
      try {
        await client.warm();
        const sample = await client.run({ kind: 'idle' });
        if (sample.listed !== stage.fixture.folders) throw new Error(`the floor saw ${sample.listed} folders`);
        return sample;
      } finally {
        await client.stop();
      }
    },
  };
  const others = peers.present.map(({ name, run }): Racer => ({ name, isPeer: true, run }));
  const peerRunsMax = stage.fixture.isLarge ? 3 : 1;
  const standings = await race({ stage, rttMs, runs, racers: [ours, floor, ...others], peerRunsMax });
  const [ourStanding, floorStanding, ...peerStandings] = standings;
  if (ourStanding === undefined || floorStanding === undefined) throw new Error('nobody ran');

  const arrival = await oneArrival(stage, account);
  const mbsync = peerStandings.find(({ name }) => name === 'mbsync');
  const oursMs = medianMs(ourStanding);
  return {
    title:
      `idle: nothing changed in ${formatNumber(stage.fixture.folders)} folders with ` +
      `${formatNumber(stage.fixture.messages)} messages, TLS, ${rttMs} ms round trip, medians`,
    contestants: scoreboard(standings),
    ...judge([
      { what: 'ours / floor', measured: oursMs / medianMs(floorStanding), atMost: TO_FLOOR_MAX, digits: 2 },
      {
        what: 'mbsync / ours',
        measured: mbsync === undefined ? undefined : medianMs(mbsync) / oursMs,
        atLeast: MBSYNC_TO_OURS_MIN,
        digits: 1,
      },
      { what: 'commands', measured: commandCount(ourStanding), atMost: COMMANDS_MAX },
      { what: 'write units', measured: worst(ourStanding.samples, ({ units }) => units?.write), atMost: 0 },
      {
        what: 'read units',
        measured: worst(ourStanding.samples, ({ units }) => units?.read),
        atMost: 0.5,
        digits: 1,
      },
      { what: 'write units when one message came', measured: arrival.units?.write, atMost: WRU_ARRIVAL_MAX },
    ]),
    notes: [
      `Commands of ours: ${commandNames(ourStanding)}; of the floor: ${commandNames(floorStanding)}.`,
      'Ours and the floor: the second check of a warm process each; peers: the whole run of their program.',
      ...peers.notes,
    ],
    json: {
      ...jsonOf(ourStanding, floorStanding, peerStandings),
      seed: FIXTURE_SEED,
      wru_arrival: arrival.units?.write ?? 0,
      folders: stage.fixture.folders,
      rtt_ms: rttMs,
    },
  };
};

/** After the race, as it changes the mailbox: a message in INBOX and the check that finds it. */
const oneArrival = async (stage: Stage, account: OursState): Promise<Sample> => {
  await stage.line(0);
  const worker = await openOurs(stage, account);
  try {
    await worker.warm();
    await deliverOne(stage.server().plainPort, FIXTURE_USER);
    return await worker.check('synced');
  } finally {
    await worker.stop();
  }
};
