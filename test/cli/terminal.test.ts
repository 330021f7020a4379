/** The command on a terminal (a pty of `script`), and without one: what is asked, what is shown, what is kept to itself. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type HttpService, serveHttp } from '../../local/http.ts';
import { SCOPES } from '../../shared/api/route.ts';
import { type ApiUnderTest, putAccount, startApi } from '../api/api-under-test.ts';
import { secretInUse, watch } from '../support/canary.ts';
import { COMMAND, runCommand } from './mailyard-process.ts';

const TOKEN = 'canary-token-of-the-terminal';
secretInUse(TOKEN);
const RULE = 'rules:\n  - name: Bills\n    conditions: { subject: bill }\n    actions: [{ type: flag }]\n';

let api: ApiUnderTest;
let http: HttpService;
let cwd: string;
before(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mailyard-terminal-'));
  api = await startApi();
  const claims = { sub: 'acme', scope: SCOPES.join(' ') };
  http = await serveHttp({
    port: 0,
    handlers: api.handlers,
    authorize: (token) => (token === TOKEN ? claims : undefined),
  });
  await putAccount(api.table, 'acme', 'home');
  writeFileSync(join(cwd, 'rules.yaml'), RULE);
});
after(async () => {
  await http?.close();
  await api?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

const env = (more: Readonly<Record<string, string>> = {}) => ({
  MAILYARD_URL: http.url,
  MAILYARD_TOKEN: TOKEN,
  MAILYARD_CONFIG: join(cwd, 'config'),
  ...more,
});
const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}, input = '') =>
  runCommand(args, { cwd, env: env(more), input }).ended;

/** As in a terminal: `answer` is typed once the question is there. */
const onTerminal = async (line: string, question: RegExp, answer: string, more: Record<string, string> = {}) => {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('script', ['-qec', `${process.execPath} ${COMMAND} ${line}`, '/dev/null'], {
    cwd,
    env: { PATH, HOME, TERM: 'xterm', ...env(more) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let answered = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    watch('log', text);
    if (!answered && question.test(shown)) {
      answered = true;
      child.stdin.write(answer);
    }
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, shown };
};

describe('on a terminal', () => {
  it('asks before it changes what the rules are, and takes anything but yes for no', async () => {
    const no = await onTerminal('rules apply -f rules.yaml', /Do this\? \[y\/N\] /, '\r');
    assert.equal(no.code, 1, no.shown);
    assert.match(no.shown, /\+ Bills/);
    assert.match(no.shown, /nothing was changed/);
    const yes = await onTerminal('rules apply -f rules.yaml', /Do this\? \[y\/N\] /, 'y\r');
    assert.equal(yes.code, 0, yes.shown);
    assert.match(yes.shown, /Done: 1 added, 0 changed, 0 removed/);
  });

  it('asks for a token without showing it', async () => {
    const none = { MAILYARD_URL: '', MAILYARD_TOKEN: '' };
    const { code, shown } = await onTerminal(`login --url ${http.url}`, /Token for .*: $/, `${TOKEN}\r`, none);
    assert.equal(code, 0, shown);
    assert.ok(!shown.includes(TOKEN));
    assert.equal(JSON.parse(readFileSync(join(cwd, 'config/default.json'), 'utf8')).token, TOKEN);
  });

  it('has colours, and none where NO_COLOR is set', async () => {
    const coloured = await onTerminal('accounts list', /$^/, '');
    const plain = await onTerminal('accounts list', /$^/, '', { NO_COLOR: '1' });
    assert.ok(coloured.shown.includes('\u001b[1mNAME'), coloured.shown);
    assert.ok(!plain.shown.includes('\u001b['), plain.shown);
  });
});

describe('without a terminal', () => {
  it('asks nothing: the error names the option', async () => {
    const { code, stderr } = await run(['accounts', 'delete', 'home']);
    assert.deepEqual([code, stderr], [2, 'mailyard: there is nobody to ask here\n  Give --yes.\n']);
    const added = await run(['accounts', 'add', '--host', 'localhost', '--user', 'robin']);
    assert.equal(added.code, 2);
    assert.match(added.stderr, /use --password-file/);
  });

  it('opens the editor, shows what was changed, and saves it', async () => {
    const editor = { EDITOR: `sed -i 's/mode: live/mode: shadow/'` };
    const { code, stdout, stderr } = await run(['rules', 'edit', 'bills', '--yes'], editor);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '/mode: "live" -> "shadow"\nBills is saved.\n');
    const wrong = await run(['rules', 'edit', 'Bills', '--yes'], { EDITOR: `sed -i 's/mode: shadow/mode: maybe/'` });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /\/rules\/0\/mode: /);
    const restored = await run(['rules', 'restore', 'Bills', '1', '--yes']);
    assert.equal(restored.stdout, '/mode: "shadow" -> "live"\nBills is as it was in revision 1.\n', restored.stderr);
  });

  it('reads a password from stdin, and a file that is exported comes to the same', async () => {
    const login = ['login', '--url', http.url, '--token-file', '-'];
    const { code, stderr } = await run(login, { MAILYARD_URL: '', MAILYARD_TOKEN: '' }, `${TOKEN}\n`);
    assert.equal(code, 0, stderr);
    const { stdout } = await run(['rules', 'export']);
    const again = await run(['rules', 'apply', '-f', '-', '--dry-run'], {}, stdout);
    assert.equal(again.stdout, '1 stays as it is\nNothing to do.\n', again.stderr);
  });

  it('tells a program by its exit code', async () => {
    const codes = [
      [['accounts', 'nonsense'], 2],
      [['rules', 'apply'], 2],
      [['rules', 'edit', 'none'], 2],
      [['explain', 'none'], 2],
      [['status', 'none'], 4],
      [['--help'], 0],
    ] as const;
    for (const [args, code] of codes) assert.equal((await run(args)).code, code, args.join(' '));
    assert.equal((await run(['accounts', 'list'], { MAILYARD_TOKEN: 'bad' })).code, 3);
    assert.equal((await run(['accounts', 'list'], { MAILYARD_URL: 'http://127.0.0.1:1' })).code, 6);
  });
});
