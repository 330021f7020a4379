/** The search for canaries, in processes of its own: what it finds, and that it says so. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { canaryReport } from '../../scripts/canary-report.mjs';
import { type CanaryReport, CHANNELS, formsOf } from './canary.ts';

const SECRET = 'canary "Tapir" \\ ünder 7';

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailyard-canary-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

/** Runs a few words in a process that is watched. */
const run = (folder: string, words: string) => {
  const module = JSON.stringify(path.join(import.meta.dirname, 'canary.ts'));
  const code = `const { secretInUse, watch } = await import(${module}); const secret = ${JSON.stringify(SECRET)}; ${words}`;
  const env = { ...process.env, MAILYARD_CANARY_FOLDER: folder };
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], { env, encoding: 'utf8' });
};

test('a secret is found in whatever form it leaks, and the process fails', (t) => {
  for (const [form, text] of Object.entries(formsOf(SECRET))) {
    const folder = folderOf(t);
    const { status } = run(folder, `secretInUse(secret); watch('log', ${JSON.stringify(`before ${text} after`)})`);
    const { ok, lines } = canaryReport(folder, false);
    assert.deepEqual([status, ok], [1, false], form);
    assert.match(lines.join('\n'), /in log/);
    // The run's own output is read by many.
    assert.ok(!lines.join('\n').includes('Tapir'), lines.join('\n'));
  }
});

test('it is found in bytes, within objects, in errors and their causes', (t) => {
  for (const said of [
    'Buffer.from(secret)',
    'Buffer.from("xy" + Buffer.from("x" + secret + "y").toString("base64"))',
    '{ a: [{ b: { c: secret } }] }',
    'new Error("outer", { cause: Object.assign(new Error("inner"), { response: { text: secret } }) })',
    'new Map([["k", secret]])',
  ]) {
    const folder = folderOf(t);
    assert.equal(run(folder, `secretInUse(secret); watch('error', ${said})`).status, 1, said);
    assert.equal(canaryReport(folder, false).ok, false, said);
  }
});

test('what holds none is counted and passes; a process that dies of something else keeps its own code', (t) => {
  const folder = folderOf(t);
  assert.equal(run(folder, `secretInUse(secret); watch('log', 'a word'); watch('table', 'canary')`).status, 0);
  assert.equal(run(folder, `secretInUse(secret); watch('log', 'a word'); process.exit(3)`).status, 3);
  assert.equal(readdirSync(folder).length, 2);
  const { ok, lines } = canaryReport(folder, false);
  assert.equal(ok, true);
  assert.match(lines[0] ?? '', /^canaries: 2 secrets looked for in 2 log, 1 table, .*: none found$/);
});

test('a whole run in which a channel was never searched fails', (t) => {
  const folder = folderOf(t);
  const report = (searched: CanaryReport['searched']): CanaryReport => ({
    file: 'a',
    secrets: 3,
    searched,
    sightings: [],
  });
  const all = Object.fromEntries(CHANNELS.map((channel) => [channel, 1])) as CanaryReport['searched'];
  writeFileSync(path.join(folder, '1.json'), JSON.stringify(report({ ...all, queue: 0 })));
  assert.deepEqual([canaryReport(folder, true).ok, canaryReport(folder, false).ok], [false, true]);
  writeFileSync(path.join(folder, '2.json'), JSON.stringify(report(all)));
  assert.equal(canaryReport(folder, true).ok, true);
});
