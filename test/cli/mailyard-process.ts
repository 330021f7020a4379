/** The command `mailyard` as a process of its own, with nothing of this shell's but what it is given. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from '../support/canary.ts';

export const COMMAND = path.resolve(import.meta.dirname, '../../cli/mailyard.mjs');

export type CommandRun = {
  /** The next line of stdout or stderr, as it comes; undefined at the end. Throws when none comes in time. */
  readonly nextLine: () => Promise<string | undefined>;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
};

const LINE_MS_MAX = 60_000;

export const runCommand = (
  args: readonly string[],
  {
    cwd,
    env,
    input,
  }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly input?: string },
): CommandRun => {
  const { PATH = '', HOME = '' } = process.env;
  // Arguments can be read by everybody on the machine: no secret may be among them.
  watch('log', args.join(' '));
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: { PATH, HOME, TZ: 'UTC', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const printed = { stdout: '', stderr: '' };
  const lines: string[] = [];
  let over = false;
  for (const name of ['stdout', 'stderr'] as const) {
    let rest = '';
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      watch('log', text);
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
  }
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => {
    child.once('close', (code) => {
      over = true;
      done({ code, ...printed });
    });
  });
  return {
    ended,
    signal: (name) => void child.kill(name),
    nextLine: async () => {
      const giveUpAt = Date.now() + LINE_MS_MAX;
      while (lines.length === 0 && !over && Date.now() < giveUpAt) await sleep(20);
      if (lines.length === 0 && !over) {
        child.kill('SIGKILL');
        throw new Error(`no line came in time; so far:\n${printed.stdout}${printed.stderr}`);
      }
      return lines.shift();
    },
  };
};
