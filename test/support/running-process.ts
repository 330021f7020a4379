/** A process that is followed: what it prints, when it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { watch } from './canary.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
};

export type Running = {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
  /** Waits for a line that matches; throws with what was printed when the process ends first. */
  readonly untilPrinted: (pattern: RegExp) => Promise<RegExpExecArray>;
};

/** Killed after the test, should it still run. */
export const startMailyard = (t: TestContext, args: readonly string[]): Running => {
  const child = spawn(process.execPath, ['local/main.ts', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return follow(child);
};

export const follow = (child: ChildProcess): Running => {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      watch('log', text);
    });
  }
  const startedAt = Date.now();
  let over = false;
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code) => {
      over = true;
      done({ code, ...printed, tookMs: Date.now() - startedAt });
    });
  });
  return {
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    signal: (name) => void child.kill(name),
    ended,
    untilPrinted: async (pattern) => {
      for (;;) {
        const found = pattern.exec(printed.stdout);
        if (found !== null) return found;
        if (over) throw new Error(`ended without ${pattern}:\n${printed.stdout}${printed.stderr}`);
        await sleep(20);
      }
    },
  };
};
