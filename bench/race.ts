/** Several do the same work in turns, over the same line, in the same run: only their ratios carry over to other machines. */
import type { Units } from './consumed-units.ts';
import type { Traffic } from './delay-proxy.ts';
import type { Stage } from './stage.ts';

export type Sample = {
  readonly ms: number;
  readonly traffic: Traffic;
  readonly cpuMs?: number;
  readonly rssMb?: number;
  readonly units?: Units;
  /** It had not come to its end by then: it takes longer. */
  readonly isStopped?: boolean;
};

export type Racer = {
  readonly name: string;
  /** Runs in fewer rounds, and is not counted. */
  readonly isPeer: boolean;
  readonly run: (round: number) => Promise<Sample>;
};

export type Standing = {
  readonly name: string;
  /** Of the timed rounds, in their order. */
  readonly samples: readonly Sample[];
  /** The round that went through the tap: commands and turns, no times. */
  readonly counted: Sample | undefined;
};

const PEER_RUNS_MAX = 3;

export type RaceOptions = {
  readonly stage: Stage;
  readonly rttMs: number;
  readonly runs: number;
  readonly racers: readonly Racer[];
  /** Before a round, with a line of no delay. */
  readonly prepare?: (round: number) => Promise<void>;
  readonly peerRunsMax?: number;
};

/** Round 0 is counted, the others are timed; who begins changes with the round. */
export const race = async (options: RaceOptions): Promise<Standing[]> => {
  const { stage, rttMs, runs, racers, prepare, peerRunsMax = PEER_RUNS_MAX } = options;
  const standings = racers.map(({ name }) => ({
    name,
    samples: [] as Sample[],
    counted: undefined as Sample | undefined,
  }));
  for (let round = 0; round <= runs; round += 1) {
    stage.say(round === 0 ? 'counting commands ...' : `round ${round} of ${runs} ...`);
    await stage.line(0);
    await prepare?.(round);
    await stage.warmServer();
    await stage.line(rttMs, round === 0);
    for (let turn = 0; turn < racers.length; turn += 1) {
      const index = (turn + round) % racers.length;
      const racer = racers[index];
      const standing = standings[index];
      if (racer === undefined || standing === undefined) continue;
      if (racer.isPeer && (round === 0 || round > peerRunsMax)) continue;
      const sample = await racer.run(round);
      if (round === 0) standing.counted = sample;
      else standing.samples.push(sample);
    }
  }
  return standings;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

export const medianMs = ({ samples }: Standing): number => median(samples.map(({ ms }) => ms));
