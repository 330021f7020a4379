// Runs the tests: `npm test`, or `npm test -- test/rules shared/x.test.ts --test-name-pattern=...` for some of them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canaryReport } from './canary-report.mjs';

const isFolder = (name) => statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;

const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('--'));
const chosen = args.filter((arg) => !arg.startsWith('--'));
const files = chosen.length === 0 ? ['test'] : chosen;

const canaryFolder = mkdtempSync(join(tmpdir(), 'mailyard-canary-'));
const result = spawnSync(
  process.execPath,
  [
    '--test',
    // Suites start servers of their own and wait for them: one more than there are cores, and no more than a few.
    `--test-concurrency=${Math.min(4, availableParallelism() + 1)}`,
    // A test that hangs fails, and a server that it left running does not keep the run from ending.
    '--test-timeout=300000',
    '--test-force-exit',
    '--test-reporter=spec',
    ...options,
    ...files.map((name) => (isFolder(name) ? `${name.replace(/\/+$/, '')}/**/*.test.ts` : name)),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      MAILYARD_CANARY_FOLDER: canaryFolder,
      // Several hundred processes load the same sources; compiling them again each time is a fifth of the run.
      NODE_COMPILE_CACHE: resolve(import.meta.dirname, '../node_modules/.cache/compiled'),
    },
  },
);
// With some tests left out by name or file, not every channel need have been used.
const canaries = canaryReport(canaryFolder, args.length === 0);
rmSync(canaryFolder, { recursive: true });
for (const line of canaries.lines) console.log(line);
process.exit(canaries.ok ? (result.status ?? 1) : 1);
