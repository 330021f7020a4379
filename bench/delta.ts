/** 1,000 flags turned and 200 messages expunged by others, all over a folder of 100,000: picked up and mirrored in one check. */
import type { Bench, BenchOptions, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { FIXTURE_SEED, LARGE } from './fixture.ts';
import type { Since } from './floor.ts';
import { type FloorRacer, openFloor } from './floor-racer.ts';
import { changeFolder, turnKeyword } from './mailbox-changes.ts';
import { mirrorDifferences } from './mirror-check.ts';
import { type Ours, type OursState, openOurs, syncedAccount } from './ours.ts';
import { preparePeers } from './peers.ts';
import { medianMs, race } from './race.ts';
import { commandNames, jsonOf, scoreboard, worst } from './scoreboard.ts';
import { onStage, type Stage } from './stage.ts';

const RTT_MS = 50;
const RUNS = 5;
const FOLDER = 'INBOX';
const SMALL_FOLDER = 'Work/Folder07';
const CHANGES = { flags: 1_000, expunges: 200 };
const MBSYNC_TO_OURS_MIN = 10;
const WRU_MAX = 120;
const MS_MAX = 600;

export const delta: Bench = {
  summary: '1,000 flag changes and 200 expunges among 100,000 messages: ours, the floor and peers',
  run: (options) => onStage(LARGE, (stage) => measure(stage, options)),
};

/** What stands ready when the changes are made: all of it as after the first sync. */
type Round = { readonly ours: Ours; readonly state: OursState; readonly floor: FloorRacer; readonly since: Since };

/** A sandbox some minutes old: it has mirrored one change of one message, twice, and nothing as large as what comes. */
const warmUp = async (stage: Stage, ours: Ours): Promise<void> => {
  for (const sign of ['+', '-'] as const) {
    await turnKeyword(stage.server().plainPort, SMALL_FOLDER, 1, sign);
    await ours.check('synced');
  }
  await ours.warm();
};

const measure = async (stage: Stage, options: BenchOptions): Promise<BenchResult> => {
  const { rttMs = RTT_MS, runs = RUNS, seed = FIXTURE_SEED } = options;
  const synced = await syncedAccount(stage);
  const peers = await preparePeers(stage, options, 'synced');
  let current: Round | undefined;
  const present = (): Round => {
    if (current === undefined) throw new Error('the round was not prepared');
    return current;
  };
  const leave = async (): Promise<void> => {
    await current?.ours.stop();
    await current?.floor.stop();
    current = undefined;
  };
  const prepare = async (round: number): Promise<void> => {
    await leave();
    await stage.renew();
    await stage.line(0);
    const state = { table: await stage.database.copyTable(synced.table), ref: synced.ref };
    const ours = await openOurs(stage, state);
    const floor = await openFloor(stage);
    await warmUp(stage, ours);
    await floor.warm();
    if (round > 0) for (const peer of peers.present) await peer.lay('synced');
    const since = await changeFolder(stage.server().plainPort, FOLDER, CHANGES, seed + round);
    current = { ours, state, floor, since };
  };

  let differences = 0;
  try {
    const standings = await race({
      stage,
      rttMs,
      runs,
      prepare,
      racers: [
        {
          name: 'ours',
          isPeer: false,
          run: async (round) => {
            const sample = await present().ours.check('synced');
            if (round === runs) differences = await mirrorDifferences(stage, present().state, [FOLDER]);
            return sample;
          },
        },
        {
          name: 'floor',
          isPeer: false,
          run: async () => {
            const sample = await present().floor.run({ kind: 'delta', since: present().since });
            if (sample.fetched !== CHANGES.flags || !sample.vanished)
              throw new Error(`the floor saw ${sample.fetched} messages changed, vanished: ${sample.vanished}`);
            return sample;
          },
        },
        ...peers.present.map(({ name, run }) => ({ name, isPeer: true, run })),
      ],
    });
    const [ours, floor, ...others] = standings;
    if (ours === undefined || floor === undefined) throw new Error('nobody ran');
    const mbsync = others.find(({ name }) => name === 'mbsync');
    const oursMs = medianMs(ours);
    return {
      title: `delta: 1,000 flags and 200 expunges in ${FOLDER} of 100,000, seeds from ${seed}, TLS, ${rttMs} ms round trip, medians`,
      contestants: scoreboard(standings),
      ...judge([
        {
          what: 'mbsync / ours',
          measured: mbsync === undefined ? undefined : medianMs(mbsync) / oursMs,
          atLeast: MBSYNC_TO_OURS_MIN,
          digits: 1,
        },
        { what: 'write units', measured: worst(ours.samples, ({ units }) => units?.write), atMost: WRU_MAX },
        // Stated for this line alone.
        ...(rttMs === RTT_MS ? [{ what: 'ms of ours', measured: oursMs, atMost: MS_MAX }] : []),
        { what: 'messages mirrored wrongly', measured: differences, atMost: 0 },
        { what: 'ours / floor', measured: oursMs / medianMs(floor), digits: 2 },
      ]),
      notes: [
        `Commands of ours: ${commandNames(ours)}; of the floor: ${commandNames(floor)}.`,
        'Each round starts from the state after the first sync, with changes of its own; ours and the floor are warm processes.',
        'Before each round ours has checked the account three times: twice one message had changed, in a folder of 1,000.',
        "The database is the embedded one, in a process of its own beside ours: the time in its calls (db ms) is not DynamoDB's.",
        ...peers.notes,
      ],
      json: { ...jsonOf(ours, floor, others), seed, rtt_ms: rttMs },
    };
  } finally {
    await leave();
  }
};
