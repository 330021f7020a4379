/** Time, processor time and memory of what this process does. */
import { readFileSync } from 'node:fs';

export type Measured = { readonly ms: number; readonly cpuMs: number; readonly rssMb: number };

export const measured = async <Result>(act: () => Promise<Result>): Promise<Result & Measured> => {
  const cpu = process.cpuUsage();
  const from = performance.now();
  const result = await act();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  return { ...result, ms, cpuMs: (user + system) / 1_000, rssMb: peakRssMb() };
};

/** Of the whole life of the process. Linux counts what getrusage tells over exec, so that it may be the parent's. */
const peakRssMb = (): number => {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kb !== undefined) return Number(kb) / 1_024;
  } catch {
    // No /proc outside Linux.
  }
  return process.resourceUsage().maxRSS / 1_024;
};
