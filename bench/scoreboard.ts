/** What a race came to, for people and for machines. */
import type { BenchTableRows, JsonValue } from './bench.ts';
import { median, medianMs, type Sample, type Standing } from './race.ts';
import { formatNumber } from './table.ts';

const HEADER = [
  '',
  'ms',
  'min-max',
  'n',
  'commands',
  'turns',
  'bytes up',
  'bytes down',
  'wru',
  'rru',
  'db ms',
  'cpu ms',
  'MB',
];

export const scoreboard = (standings: readonly Standing[]): BenchTableRows => ({
  header: HEADER,
  rows: standings.filter(({ samples }) => samples.length > 0).map(lineOf),
});

const lineOf = (standing: Standing): string[] => {
  const { name, samples, counted } = standing;
  const times = samples.map(({ ms }) => ms);
  return [
    name,
    `${samples.some(({ isStopped }) => isStopped) ? '> ' : ''}${formatNumber(medianMs(standing))}`,
    `${formatNumber(Math.min(...times))}-${formatNumber(Math.max(...times))}`,
    `${samples.length}`,
    shown(commandCount(standing)),
    shown(counted?.traffic.turns),
    shown(median(samples.map(({ traffic }) => traffic.bytesUp))),
    shown(median(samples.map(({ traffic }) => traffic.bytesDown))),
    shown(worst(samples, ({ units }) => units?.write)),
    shown(
      worst(samples, ({ units }) => units?.read),
      1,
    ),
    shown(middle(samples, ({ units }) => units?.waitedMs)),
    shown(middle(samples, ({ cpuMs }) => cpuMs)),
    shown(worst(samples, ({ rssMb }) => rssMb)),
  ];
};

const shown = (value: number | undefined, digits = 0): string =>
  value === undefined ? '' : formatNumber(value, digits);

const known = (samples: readonly Sample[], pick: (sample: Sample) => number | undefined): number[] =>
  samples.flatMap((sample) => pick(sample) ?? []);

/** Budgets hold in every round, so that the largest counts. */
export const worst = (samples: readonly Sample[], pick: (sample: Sample) => number | undefined): number | undefined => {
  const values = known(samples, pick);
  return values.length === 0 ? undefined : Math.max(...values);
};

const middle = (samples: readonly Sample[], pick: (sample: Sample) => number | undefined): number | undefined => {
  const values = known(samples, pick);
  return values.length === 0 ? undefined : median(values);
};

export const commandCount = ({ counted }: Standing): number | undefined => {
  const commands = counted?.traffic.commands;
  return commands === undefined ? undefined : Object.values(commands).reduce((sum, count) => sum + count, 0);
};

/** `LOGIN, LIST, 57 EXAMINE`. */
export const commandNames = ({ counted }: Standing): string =>
  Object.entries(counted?.traffic.commands ?? {})
    .map(([name, count]) => (count === 1 ? name : `${count} ${name}`))
    .join(', ');

export const jsonOf = (
  ours: Standing,
  floor: Standing,
  peers: readonly Standing[],
): Readonly<Record<string, JsonValue>> => {
  const { ratios, ...rest } = jsonOfRace(ours, peers);
  const toFloor = rounded(medianMs(ours) / medianMs(floor), 3);
  return { ...rest, floor_ms: rounded(medianMs(floor)), ratios: { ours_to_floor: toFloor, ...ratios } };
};

/** Where nobody runs as a floor. */
export const jsonOfRace = (
  ours: Standing,
  peers: readonly Standing[],
): Readonly<Record<string, JsonValue>> & { readonly ratios: Readonly<Record<string, number>> } => {
  const oursMs = medianMs(ours);
  const timed = peers.filter(({ samples }) => samples.length > 0);
  const bytesUp = median(ours.samples.map(({ traffic }) => traffic.bytesUp));
  const bytesDown = median(ours.samples.map(({ traffic }) => traffic.bytesDown));
  return {
    ours_ms: rounded(oursMs),
    peers_ms: Object.fromEntries(timed.map((peer) => [peer.name, rounded(medianMs(peer))])),
    peers_stopped: timed.filter(({ samples }) => samples.some(({ isStopped }) => isStopped)).map(({ name }) => name),
    commands: commandCount(ours) ?? 0,
    turns: ours.counted?.traffic.turns ?? 0,
    bytes: rounded(bytesUp + bytesDown, 0),
    bytes_up: rounded(bytesUp, 0),
    bytes_down: rounded(bytesDown, 0),
    wru: worst(ours.samples, ({ units }) => units?.write) ?? 0,
    rru: worst(ours.samples, ({ units }) => units?.read) ?? 0,
    database_calls: worst(ours.samples, ({ units }) => units?.calls) ?? 0,
    database_ms: rounded(middle(ours.samples, ({ units }) => units?.waitedMs) ?? 0),
    connections: worst(ours.samples, ({ traffic }) => traffic.connections) ?? 0,
    rss_mb: rounded(worst(ours.samples, ({ rssMb }) => rssMb) ?? 0),
    cpu_ms: rounded(middle(ours.samples, ({ cpuMs }) => cpuMs) ?? 0),
    ratios: Object.fromEntries(timed.map((peer) => [`${peer.name}_to_ours`, rounded(medianMs(peer) / oursMs, 3)])),
  };
};

const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));
