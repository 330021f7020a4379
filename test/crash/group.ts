/** All runs of one scenario on one server: first the one that tells where the boundaries are, then one for each of them. */
import { type ServerAddress, serverAt } from '../chaos/servers.ts';
import { BOUNDARIES, type Boundary, type Fault } from './boundaries.ts';
import { type CellOutcome, type CellResult, runCell } from './cell.ts';
import type { Held } from './mailbox.ts';
import { type Scenario, scenarioNamed } from './scenarios.ts';
import { crashServerNamed } from './servers.ts';
import { makeTemplate, type Stage } from './template.ts';

export type GroupTask = {
  readonly scenario: string;
  readonly server: string;
  readonly at: ServerAddress;
  readonly boundaries: readonly Boundary[];
  /** Only this command or call of each boundary. */
  readonly only?: number;
  /** At most so many of each boundary, spread evenly, the last always among them; undefined for all. */
  readonly sample?: number;
  /** Tells what happened in runs that came out right, too. */
  readonly verbose: boolean;
};

export type Tally = Record<CellOutcome, number>;
export type Failed = Fault & Pick<CellResult, 'outcome' | 'wrong' | 'told'>;
export type GroupResult = {
  readonly tallies: Readonly<Partial<Record<Boundary, Tally>>>;
  readonly failed: readonly Failed[];
  /** What is wrong with the run that nothing disturbed. */
  readonly wrong: readonly string[];
  readonly effectKinds: readonly string[];
};

// While one run waits for Dovecot, the others go on.
const RUNS_AT_ONCE = 3;
let users = 0;

export const runGroup = async (stage: Stage, task: GroupTask): Promise<GroupResult> => {
  const kind = crashServerNamed(task.server);
  const server = serverAt(task.at, kind);
  const scenario = scenarioNamed(task.scenario);
  const newUser = (): string => {
    users += 1;
    return `crash-${process.pid}-${users}`;
  };
  const template = await makeTemplate(stage, server, scenario, newUser());
  const run = { template, capability: kind.capability };
  const calm = await runCell(stage, { ...run, user: newUser() });
  const wrong = [...calm.wrong, ...wrongEnds(scenario, calm.held)];
  if (wrong.length > 0)
    return { tallies: {}, failed: [], wrong: [...wrong, ...calm.told], effectKinds: calm.effectKinds };

  const faults = task.boundaries.flatMap((boundary) =>
    chosen(BOUNDARIES[boundary](calm.counts), task).map((n): Fault => ({ boundary, n })),
  );
  const tallies: Partial<Record<Boundary, Tally>> = {};
  const failed: Failed[] = [];
  const next = faults.values();
  const work = async (): Promise<void> => {
    for (const fault of next) {
      const result = await runCell(stage, { ...run, user: newUser(), disturbed: { fault, expected: calm } });
      const { outcome, wrong, told } = result;
      const tally = tallies[fault.boundary] ?? { exact: 0, repaired: 0, violation: 0, unreached: 0 };
      tallies[fault.boundary] = tally;
      tally[outcome] += 1;
      if (task.verbose || outcome === 'violation' || outcome === 'unreached') {
        failed.push({ ...fault, outcome, wrong, told });
      }
    }
  };
  await Promise.all(Array.from({ length: RUNS_AT_ONCE }, work));
  return { tallies, failed, wrong: [], effectKinds: calm.effectKinds };
};

const chosen = (all: readonly number[], { only, sample = all.length }: GroupTask): readonly number[] => {
  if (only !== undefined) return all.filter((n) => n === only);
  const count = Math.min(sample, all.length);
  return Array.from({ length: count }, (_, i) => all[Math.ceil(((i + 1) * all.length) / count) - 1] ?? 0);
};

/** Where the scenario says what has to become of the wanted messages, the undisturbed run is held to it. */
const wrongEnds = ({ ends }: Scenario, held: readonly Held[]): string[] => {
  if (ends === undefined) return [];
  const lineOf = (folder: string, name: string, flags: readonly string[]): string =>
    `${folder}: ${name} (${[...flags].sort().join(' ')})`;
  const is = held
    .filter(({ name }) => /^(wanted|draft for)/.test(name))
    .map(({ folder, name, flags }) => lineOf(folder, name.replace(/ of \d+ bytes$/, ''), flags));
  const ought = ['wanted-1', 'wanted-2'].flatMap((name) =>
    ends.map(({ folder, flags, isDraft }) =>
      lineOf(folder, isDraft === true ? `draft for <${name}@example.org>` : name, flags),
    ),
  );
  return JSON.stringify(is.sort()) === JSON.stringify(ought.sort())
    ? []
    : [`undisturbed it comes to ${is.join('; ')} and not to ${ought.join('; ')}`];
};
