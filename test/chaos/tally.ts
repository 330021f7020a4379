/** What a run reached, by profile. */
import type { Lived } from './live.ts';
import type { Profile } from './profiles.ts';

export type Tally = {
  seeds: number;
  acts: number;
  cuts: number;
  checks: number;
  readonly plans: Map<string, number>;
};

/** Adds one seed's life. */
export const tally = (tallies: Map<string, Tally>, profile: string, lived: Lived): void => {
  const sum = tallies.get(profile) ?? { seeds: 0, acts: 0, cuts: 0, checks: 0, plans: new Map<string, number>() };
  tallies.set(profile, sum);
  sum.seeds += 1;
  sum.acts += lived.acts;
  sum.cuts += lived.cuts;
  sum.checks += lived.checks;
  for (const [plan, count] of Object.entries(lived.plans)) sum.plans.set(plan, (sum.plans.get(plan) ?? 0) + count);
};

/** What came to less than `least`, a line each. */
export const unreached = (tallies: ReadonlyMap<string, Tally>, profiles: readonly Profile[], least: number): string[] =>
  profiles.flatMap(({ name, plans }) => {
    const sum = tallies.get(name);
    if (sum === undefined || sum.seeds < least) return [`${name}: ${sum?.seeds ?? 0} seeds`];
    return plans
      .filter((plan) => (sum.plans.get(plan) ?? 0) < least)
      .map((plan) => `${name}: ${sum.plans.get(plan) ?? 0} changes by the plan ${plan}`);
  });

export const tallyText = (tallies: ReadonlyMap<string, Tally>): string => {
  const kinds = [...new Set([...tallies.values()].flatMap(({ plans }) => [...plans.keys()]))].sort();
  const rows = [...tallies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { seeds, acts, cuts, checks, plans }]) => [
      name,
      ...[seeds, acts, cuts, checks, ...kinds.map((kind) => plans.get(kind) ?? 0)].map(String),
    ]);
  const table = [['profile', 'seeds', 'acts', 'cuts', 'checks', ...kinds], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
};
