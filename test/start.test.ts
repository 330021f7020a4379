/** The very first `npm start` in a fresh clone, and the README's commands there: with the machine's own Node, npm and the registry. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type FreshCopy, makeFreshCopy, runShell, signalAll } from './support/fresh-copy.ts';
import { type Ended, follow } from './support/running-process.ts';

/** The shell commands of a page that it promises to be tested: ```sh blocks right after a line `<!-- tested -->`. */
const testedBlocks = (markdown: string): string[] =>
  [...markdown.matchAll(/^<!-- tested -->\n+```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands);

/** `npm start` that lives on, as against one that ends by itself. */
const livesOn = (command: string): boolean => /^npm start\b(?!.*--(once|help)\b)/.test(command);

describe('a fresh clone', { timeout: 300_000 }, () => {
  let copy: FreshCopy;
  before(async () => {
    copy = await makeFreshCopy();
  });
  after(() => copy?.remove());

  const run = (script: string): Promise<Ended> => follow(runShell(copy.dir, script)).ended;
  const lastLine = ({ stdout }: Ended) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  const installed = (name: string): boolean => existsSync(path.join(copy.dir, 'node_modules', name));

  it('has nothing installed, and a shell with no Node but the machine’s own', async () => {
    assert.ok(!installed(''));
    const { stdout } = await run('command -v node; command -v npm');
    assert.doesNotMatch(stdout, /node_modules\/\.bin/);
    assert.equal(stdout.trim().split('\n').length, 2);
  });

  it('the first start installs what it needs to run, moves, flags and drafts, and ends', async () => {
    const ended = await run('npm start -- --once --json');
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stderr, /^mailyard: installing the runtime packages/m);
    const { accounts, folders, messages, effects, errors } = lastLine(ended);
    assert.deepEqual([accounts, errors], [1, []]);
    assert.ok(effects.move >= 1 && effects.flag >= 1 && effects.draft >= 1, JSON.stringify(effects));
    assert.ok(messages >= 40 && folders.INBOX >= 1 && folders.Invoices >= 1, JSON.stringify(folders));
    assert.ok(installed('imapflow'));
    for (const name of ['typescript', '@biomejs', 'aws-cdk-lib', 'fast-check']) assert.ok(!installed(name), name);
  });

  it('the second start installs nothing and finds nothing left to do', async () => {
    const ended = await run('npm start -- --once --json');
    assert.equal(ended.code, 0, ended.stderr);
    assert.doesNotMatch(ended.stderr, /mailyard: installing/);
    assert.deepEqual(lastLine(ended).effects, { move: 0, copy: 0, flag: 0, draft: 0 });
  });

  it('npm start lives until Ctrl-C, its commands to paste work, and it files what arrives', async (t) => {
    const child = runShell(copy.dir, 'npm start -- --port 0');
    t.after(() => signalAll(child, 'SIGKILL'));
    const running = follow(child);
    await running.untilPrinted(/^Mailyard is running/m);
    await running.untilPrinted(/^Three things to paste:\n(?: +curl .*\n){3}/m);
    const pasted = running.stdout().match(/^ +curl .*$/gm) ?? [];
    assert.equal(pasted.length, 3);
    for (const command of pasted) {
      const { code, stdout } = await run(command);
      assert.equal(code, 0, command);
      assert.doesNotMatch(stdout, /urn:mailyard:problem/, command);
      JSON.parse(stdout);
    }
    await running.untilPrinted(/^\d\d:\d\d:\d\d {2}“/m);
    signalAll(child, 'SIGINT');
    const { stdout, stderr, tookMs } = await running.ended;
    assert.match(stdout, /Stopping: what is under way is finished first/);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.ok(tookMs < 60_000);
  });

  it('the README’s commands that are marked as tested do what they say', async (t) => {
    const blocks = testedBlocks(readFileSync(path.join(copy.dir, 'README.md'), 'utf8'));
    assert.ok(blocks.length > 0);
    let live: { readonly child: ReturnType<typeof runShell>; readonly ended: Promise<Ended> } | undefined;
    const known: Record<string, string> = {};
    for (const block of blocks) {
      const command = block.trim();
      if (livesOn(command)) {
        const child = runShell(copy.dir, command);
        t.after(() => signalAll(child, 'SIGKILL'));
        const running = follow(child);
        live = { child, ended: running.ended };
        known['url'] = (await running.untilPrinted(/^ +API +(http:\S+)\/v1$/m))[1] ?? '';
        known['TOKEN'] = (await running.untilPrinted(/^ +token +(\S+)$/m))[1] ?? '';
        continue;
      }
      // The usual port may be taken on this machine; then another was printed.
      const here = command.replaceAll('http://127.0.0.1:8420', known['url'] ?? 'http://127.0.0.1:8420');
      const ended = await follow(runShell(copy.dir, here, known)).ended;
      assert.equal(ended.code, 0, `${command}\n${ended.stdout}${ended.stderr}`);
      assert.doesNotMatch(ended.stdout, /urn:mailyard:problem/, command);
    }
    if (live !== undefined) {
      signalAll(live.child, 'SIGINT');
      await live.ended;
    }
  });
});
