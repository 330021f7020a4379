/** A fresh clone of this checkout with what is not committed yet, and a shell in it that knows the machine's own Node alone. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../..');

export type FreshCopy = { readonly dir: string; readonly remove: () => Promise<void> };

export const makeFreshCopy = async (): Promise<FreshCopy> => {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-coz', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 16 * 1024 * 1024,
  });
  const dir = await mkdtemp(path.join(tmpdir(), 'mailyard-fresh-'));
  for (const file of stdout.split('\0')) {
    // What is deleted and not committed is still in the list.
    if (file === '' || !existsSync(path.join(ROOT, file))) continue;
    await cp(path.join(ROOT, file), path.join(dir, file));
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
};

/** Where npm gets its packages from is the person's own setting; all else that npm tells its scripts is left out. */
const KEPT_OF_NPM = /^npm_config_(cache|registry|userconfig|globalconfig|cafile|https?_proxy|proxy|noproxy)$/;

/** As in a terminal that was just opened. */
export const freshEnvironment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (!entry[0].startsWith('npm_') || KEPT_OF_NPM.test(entry[0])),
  );
  const { NODE_TEST_CONTEXT: _test, INIT_CWD: _cwd, NODE: _node, PATH = '', ...rest } = Object.fromEntries(entries);
  const own = PATH.split(path.delimiter).filter((dir) => !dir.split(path.sep).includes('node_modules'));
  return { ...rest, PATH: own.join(path.delimiter), ...more };
};

/** Leads a process group of its own, as a terminal's foreground job does, so that Ctrl-C can be sent to all of it. */
export const runShell = (dir: string, script: string, more: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn('sh', ['-ec', script], {
    cwd: dir,
    env: freshEnvironment(more),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });

/** SIGINT as Ctrl-C sends it; a group that has ended is none to send to. */
export const signalAll = ({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
};
