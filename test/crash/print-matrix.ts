/** Runs the matrix and says what it came to. */
import { BOUNDARY_NAMES } from './boundaries.ts';
import type { Failed, Tally } from './group.ts';
import { type MatrixOptions, type Row, runMatrix } from './matrix.ts';
import { EFFECT_KINDS } from './scenarios.ts';

const WRONG_SHOWN = 12;
const FAILED_SHOWN = 3;

/** True when every run of it came out right. */
export const printMatrix = async (
  options: MatrixOptions & { readonly json: boolean; readonly verbose: boolean; readonly isWhole: boolean },
): Promise<boolean> => {
  const say = (text: string): void => {
    if (!options.json) console.log(text);
  };
  const began = performance.now();
  const rows: Row[] = [];
  for await (const row of runMatrix(options)) {
    rows.push(row);
    say(`${row.scenario} on ${row.server}: ${tallyText(totalOf(row))}`);
    for (const line of failuresOf(row, options.verbose)) say(line);
  }
  const seconds = (performance.now() - began) / 1_000;
  const total = rows.map(totalOf).reduce(add, NONE);
  const runs = runsOf(total);
  const kinds = [...new Set(rows.flatMap(({ result }) => ('error' in result ? [] : result.effectKinds)))].sort();
  const missing = options.isWhole ? EFFECT_KINDS.filter((kind) => !kinds.includes(kind)) : [];
  const isRight = rows.every(isRowRight) && missing.length === 0;
  if (options.json) {
    console.log(JSON.stringify({ seconds, runs, total, kinds, rows }, null, 2));
    return isRight;
  }
  say(`\n${matrixText(rows)}\n`);
  say(`effects: ${kinds.join(', ')}`);
  for (const kind of missing) say(`NOT REACHED: no scenario comes to an effect of the kind ${kind}`);
  say(`${runs} runs in ${seconds.toFixed(0)} s (${(runs / seconds).toFixed(1)} a second): ${tallyText(total)}`);
  return isRight;
};

const NONE: Tally = { exact: 0, repaired: 0, violation: 0, unreached: 0 };
const add = (a: Tally, b: Tally): Tally => ({
  exact: a.exact + b.exact,
  repaired: a.repaired + b.repaired,
  violation: a.violation + b.violation,
  unreached: a.unreached + b.unreached,
});
const runsOf = ({ exact, repaired, violation, unreached }: Tally): number => exact + repaired + violation + unreached;
const totalOf = ({ result }: Row): Tally =>
  'error' in result ? NONE : Object.values(result.tallies).reduce(add, NONE);

/** A group without a run is none that came out right. */
export const isRowRight = (row: Row): boolean => {
  const total = totalOf(row);
  return (
    !('error' in row.result) &&
    row.result.wrong.length === 0 &&
    runsOf(total) > 0 &&
    total.violation + total.unreached === 0
  );
};

const tallyText = (tally: Tally): string =>
  `${tally.exact} exact, ${tally.repaired} repaired by the sweep, ${tally.violation} violations, ${tally.unreached} not reached`;

export const failuresOf = (row: Row, verbose = false): string[] => {
  const { scenario, server, result } = row;
  if ('error' in result) return [`  FAILED: ${result.error}`];
  const lines = result.wrong
    .slice(0, verbose ? undefined : WRONG_SHOWN)
    .map((one) => `  WRONG without any fault: ${one}`);
  const shown = verbose ? result.failed : result.failed.slice(0, FAILED_SHOWN);
  const kinds = new Map<string, Failed[]>();
  for (const one of result.failed) kinds.set(one.boundary, [...(kinds.get(one.boundary) ?? []), one]);
  for (const [boundary, all] of kinds) {
    lines.push(
      `  ${boundary} at ${all
        .map(({ n }) => n)
        .sort((a, b) => a - b)
        .join(', ')}`,
    );
  }
  for (const { boundary, n, outcome, wrong, told } of shown) {
    lines.push(`  ${outcome}: --kind ${scenario} --server ${server} --boundary ${boundary} --only ${n}`);
    lines.push(...wrong.slice(0, WRONG_SHOWN).map((one) => `    ${one}`));
    if (verbose) lines.push(...told.map((one) => `      ${one}`));
  }
  return lines;
};

/** Runs by boundary, and among them those repaired and those wrong. */
const matrixText = (rows: readonly Row[]): string => {
  const names = BOUNDARY_NAMES.filter((name) =>
    rows.some(({ result }) => !('error' in result) && result.tallies[name]),
  );
  const cellText = ({ result }: Row, name: (typeof names)[number]): string => {
    const tally = 'error' in result ? undefined : result.tallies[name];
    if (tally === undefined) return '-';
    const { repaired, violation, unreached } = tally;
    const marks = [
      repaired > 0 ? `~${repaired}` : '',
      violation > 0 ? `!${violation}` : '',
      unreached > 0 ? `?${unreached}` : '',
    ];
    return `${runsOf(tally)}${marks.join('')}`;
  };
  const sorted = [...rows].sort((a, b) => `${a.scenario} ${a.server}`.localeCompare(`${b.scenario} ${b.server}`));
  const table = [
    ['kind', 'server', ...names],
    ...sorted.map((row) => [row.scenario, row.server, ...names.map((name) => cellText(row, name))]),
  ];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const text = table.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  return [...text, '', 'runs; ~ repaired by the sweep, ! violations, ? not reached'].join('\n');
};
