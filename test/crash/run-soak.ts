/** Runs a soak in a process of its own and says what it came to. */
import path from 'node:path';
import { startServer } from '../chaos/servers.ts';
import { forkWorkers } from '../support/forked-workers.ts';
import { crashServerNamed } from './servers.ts';
import type { SoakOptions, SoakReport } from './soak.ts';
import type { SoakTask } from './soak-worker.ts';

export const runSoak = async (options: SoakOptions): Promise<SoakReport> => {
  const server = await startServer(crashServerNamed('full'));
  const file = path.join(import.meta.dirname, 'soak-worker.ts');
  const workers = await forkWorkers<SoakTask, SoakReport>(file, [], 1);
  try {
    const report = await workers.ask({ ...options, at: server.address, server: 'full' });
    if ('error' in report) throw new Error(report.error);
    return report;
  } finally {
    await workers.stop();
    await server.stop();
  }
};

export const soakText = (report: SoakReport): string => {
  const { rounds, connections, messages, outcomes, shown, backedOff, left, wrong } = report;
  const counts = (all: Readonly<Record<string, number>>): string =>
    Object.entries(all)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  return [
    `${rounds} rounds, ${connections} connections, ${messages} messages`,
    `checks: ${counts(outcomes)}`,
    `the API showed failures: ${counts(shown)}; ${backedOff} of them with the time until which the account is left alone`,
    `${left} checks were not made as the account was to be left alone`,
    ...wrong.slice(0, 40).map((one) => `WRONG: ${one}`),
    `${wrong.length} violations`,
  ].join('\n');
};
