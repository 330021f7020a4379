/** One run of the matrix: disturbed at one boundary, gone on with until at rest, compared. */
import { LIMITS } from '../../shared/limits.ts';
import { readHead } from '../../shared/store/head.ts';
import { differences } from '../chaos/differences.ts';
import { readJournal } from '../chaos/journal-told.ts';
import type { ProxyPlan, Seen } from '../chaos/tls-proxy.ts';
import type { DatabaseWorker } from '../support/database-workers.ts';
import { DOVECOT_CAPABILITY } from '../support/dovecot.ts';
import {
  effectKindsOf,
  epochAudit,
  forbiddenCommands,
  hasRepaired,
  isChanging,
  journalFaults,
  readParts,
  undone,
} from './audit.ts';
import { type Counts, type Fault, MAY_DOUBLE } from './boundaries.ts';
import { type Life, lifeOf } from './life.ts';
import { compareLines, type Held, heldBy, linesOf, withoutDoomed } from './mailbox.ts';
import { type Saboteur, saboteur } from './saboteur.ts';
import { type Clone, cloneTemplate, dropClone, type Stage, type Template } from './template.ts';

const POLL_SECONDS = 61;
/** Longer than any grace, and than the time after which drafts and copies are looked over again. */
const GRACE_SECONDS = 1_000;
const SWEEP_SECONDS = 25 * 3_600;
const ROUNDS_MAX = 10;

export type CellOutcome = 'exact' | 'repaired' | 'violation' | 'unreached';
export type CellResult = {
  readonly outcome: CellOutcome;
  /** What is wrong, a line each. */
  readonly wrong: readonly string[];
  /** What happened, a line each. */
  readonly told: readonly string[];
  /** The mailbox at rest. */
  readonly held: readonly Held[];
  readonly lines: readonly string[];
  /** Of the first worker, up to the check in which it last changed the mailbox. */
  readonly counts: Counts;
  readonly checks: number;
  readonly effectKinds: readonly string[];
};

/** What the run has to come to: what the run came to that nothing disturbed. */
export type Expected = Pick<CellResult, 'lines' | 'checks'>;

export type CellTask = {
  readonly template: Template;
  /** Of the mailbox that is made for it. */
  readonly user: string;
  readonly capability: string | undefined;
  /** undefined: nothing disturbs it, and it tells where the boundaries are. */
  readonly disturbed?: { readonly fault: Fault; readonly expected: Expected };
};

export const runCell = async (stage: Stage, task: CellTask): Promise<CellResult> => {
  const clone = await cloneTemplate(stage, task.template, task.user);
  try {
    return await runOn(stage, task, clone);
  } finally {
    await dropClone(task.template.server, clone);
  }
};

const runOn = async (stage: Stage, task: CellTask, { ref, proxy, user }: Clone): Promise<CellResult> => {
  const { template, disturbed } = task;
  const { server, start } = template;
  const { table } = stage.yard.deps;
  const life = lifeOf(stage.yard, ref);
  const epochs = epochAudit();
  const lines: Seen[] = [];
  const setLine = (plan: Partial<ProxyPlan> = {}): Seen => {
    proxy.set({ port: server.plainPort, oddities: server.oddities, ...plan });
    lines.push(proxy.seen());
    return proxy.seen();
  };
  const capability = task.capability ?? DOVECOT_CAPABILITY;
  /** Folders, too: some effects are about them, and no other may leave one behind. */
  const linesNow = async (): Promise<readonly [Held[], string[]]> => {
    const now = await held();
    const folders = await server.doveadm.everything(user);
    return [now, [...linesOf(now, start), ...folders.map(({ path }) => `folder ${path}`)]];
  };
  const held = async (): Promise<Held[]> => {
    const all = await heldBy(server.doveadm, user);
    return capability.split(' ').includes('UIDPLUS') ? all : withoutDoomed(all, start);
  };
  const rest = restOf(life, { after: epochs.see });
  const wrong: string[] = [];
  /** Where anything is still due, the clock is put on, and it is seen to. */
  const later = async (seconds: number): Promise<void> => {
    const head = await readHead(table, ref);
    if (head?.wakeAt === undefined && head?.openJournal === undefined) return;
    life.told.push(`-- ${seconds} s later`);
    life.goOn(seconds);
    await must(rest());
  };
  const must = async (coming: Promise<string | undefined>): Promise<void> => {
    const unrest = await coming;
    if (unrest !== undefined) wrong.push(unrest);
  };

  const takeOver = async (): Promise<void> => {
    life.told.push('-- another worker takes over');
    setLine();
    life.goOn(LIMITS.leaseSeconds + 1);
    await must(rest());
    await later(GRACE_SECONDS);
    life.told.push('-- the first worker goes on');
  };
  const first = saboteur(disturbed?.fault, { proxy, see: epochs.see, takeOver });
  const firstLine = setLine(first.plan);
  const acted = await act(life, first, firstLine, template, disturbed?.expected.checks);
  const reached = disturbed === undefined || first.reached();

  setLine();
  life.goOn(LIMITS.leaseSeconds + 1);
  await must(rest());
  await later(GRACE_SECONDS);
  if (firstLine.deliver !== undefined) {
    await firstLine.deliver();
    life.told.push('-- what was held back has reached the server');
    await must(rest());
  }

  await later(SWEEP_SECONDS);
  const [end, atRest] = await linesNow();
  const parts = await readParts(table, ref, epochs.armed);
  // Nobody has to do what was asked for and not written down when the worker died: whoever asked heard no answer.
  const unheard = epochs.armed.size === 0 && template.asked !== undefined;
  const ought = unheard
    ? [...linesOf(start, start), ...template.folders.map((path) => `folder ${path}`)]
    : (disturbed?.expected.lines ?? atRest);
  const everything = await server.doveadm.everything(user);
  const journal = await readJournal(table, ref);
  const commands = lines.flatMap((one) => one.commands);
  // A lease that ran out is nobody's; who died over a request before it was written down leaves nothing that anybody has to do.
  const isWrong = (one: string): boolean => !(unheard && one === 'the lease is held');
  // A watch that sees nothing would find nothing wrong.
  if (epochs.armed.size === 0 && !unheard) wrong.push('no journal was ever armed');
  if (disturbed === undefined) wrong.push(...undone(parts));
  wrong.push(
    ...compareLines(atRest, ought),
    ...(await differences(table, ref, everything, journal)).filter(isWrong).map((one) => `mirror: ${one}`),
    ...forbiddenCommands(commands, capability),
    ...epochs.wrong,
    ...journalFaults(parts),
  );
  for (const [i, command] of commands.entries()) life.told.push(`    ${i + 1} ${command.slice(0, 120)}`);
  const repaired = hasRepaired(parts);
  if (repaired && !MAY_DOUBLE.includes(disturbed?.fault.boundary ?? '')) {
    wrong.push('something was done twice, and the sweep had to repair it');
  }
  return {
    outcome: !reached ? 'unreached' : wrong.length > 0 ? 'violation' : repaired ? 'repaired' : 'exact',
    wrong,
    told: life.told,
    held: end,
    lines: atRest,
    ...acted,
    effectKinds: effectKindsOf(parts),
  };
};

/** The checks of the first worker: until it comes to grief, or as many as it takes to change the mailbox for the last time. */
const act = async (
  life: Life,
  first: Saboteur,
  line: Seen,
  { asked, scenario: { dueAfterSeconds } }: Template,
  checksMax = ROUNDS_MAX,
): Promise<{ readonly counts: Counts; readonly checks: number }> => {
  let due = dueAfterSeconds;
  let acted = { counts: { commands: 0, withLiteral: [] as readonly number[], calls: 0 }, checks: 0 };
  for (let checks = 1; checks <= checksMax && !first.reached(); checks += 1) {
    const from = line.commands.length;
    const isAsked = asked !== undefined && checks === 1;
    const { outcome } = await (isAsked ? life.ask(first.worker, asked) : life.check(first.worker));
    life.goOn(POLL_SECONDS);
    if (line.commands.slice(from).some(isChanging)) {
      const counts = { commands: line.commands.length, withLiteral: [...line.withLiteral], calls: first.calls() };
      acted = { counts, checks };
    }
    if (outcome !== 'quiet') continue;
    if (due === undefined) break;
    life.told.push(`-- ${due} s later`);
    life.goOn(due);
    due = undefined;
  }
  return acted;
};

/** Checks until quiet: undefined, or what it came to instead. */
export const restOf = (life: Life, worker: DatabaseWorker) => async (): Promise<string | undefined> => {
  const came: string[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { outcome, why } = await life.check(worker);
    if (outcome === 'quiet') return undefined;
    came.push(`${outcome} ${why}`.trim());
    if (outcome === 'threw' || why === 'internal') break;
    life.goOn(POLL_SECONDS);
  }
  return `does not come to rest: ${came.join(', ')}`;
};
