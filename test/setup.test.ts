import assert from 'node:assert/strict';
import { type ExecFileException, execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '..');
const SETUP = pathToFileURL(path.join(ROOT, 'scripts/setup/')).href;

const work = mkdtempSync(path.join(tmpdir(), 'mailyard-setup-'));
after(() => rmSync(work, { recursive: true, force: true }));

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a module that may import from scripts/setup, in a process of its own as npm does. */
const run = (code: string, env: Record<string, string> = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', code],
      { env: { ...process.env, ...env } },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr }),
    );
  });

const missingIn = async (dir: string, options: object): Promise<string[]> => {
  const { stdout, stderr } = await run(
    `import { missingPackages } from '${SETUP}packages.mjs';
     console.log(JSON.stringify(missingPackages(${JSON.stringify(dir)}, ${JSON.stringify(options)})));`,
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout);
};

type Entry = {
  version: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[] | string;
  cpu?: string[];
  libc?: string[];
};

const LOCKED: Record<string, Entry> = {
  '': { version: '1.0.0' },
  'node_modules/run': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/run/node_modules/deep': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/tool': { version: '1.0.0', integrity: 'sha512-c', dev: true },
  'node_modules/for-linux': { version: '1.0.0', optional: true, os: 'linux' as const, cpu: ['x64'] },
  'node_modules/not-for-windows': { version: '1.0.0', optional: true, os: ['!win32'] },
  'node_modules/for-musl': { version: '1.0.0', optional: true, os: ['linux'], libc: ['musl'] },
};

/** A folder as npm leaves it with these packages installed. */
const folderWith = (name: string, installed: Record<string, Entry>): string => {
  const dir = path.join(work, name);
  mkdirSync(path.join(dir, 'node_modules'), { recursive: true });
  writeFileSync(path.join(dir, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  writeFileSync(path.join(dir, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  for (const one of Object.keys(installed)) {
    mkdirSync(path.join(dir, one), { recursive: true });
    writeFileSync(path.join(dir, one, 'package.json'), '{}');
  }
  return dir;
};

const linux = { os: 'linux', cpu: 'x64' };
const mac = { os: 'darwin', cpu: 'arm64' };
const without = (...names: string[]): Record<string, Entry> =>
  Object.fromEntries(Object.entries(LOCKED).filter(([name]) => name !== '' && !names.includes(name)));

test('what is missing depends on the goal and on the system', async () => {
  const dir = folderWith('complete-for-start', without('node_modules/tool', 'node_modules/for-musl'));
  assert.deepEqual(await missingIn(dir, { all: false, system: linux }), []);
  assert.deepEqual(await missingIn(dir, { all: true, system: linux }), ['node_modules/tool']);
  const onMac = folderWith('mac', without('node_modules/for-linux', 'node_modules/for-musl'));
  assert.deepEqual(await missingIn(onMac, { all: true, system: mac }), []);
  assert.deepEqual(await missingIn(onMac, { all: true, system: linux }), ['node_modules/for-linux']);
});

test('another version, a folder gone, no list and half a list are all seen', async () => {
  const changed = folderWith('changed', {
    ...without(),
    'node_modules/run': { version: '0.9.0', integrity: 'sha512-a' },
  });
  assert.deepEqual(await missingIn(changed, { all: true, system: linux }), ['node_modules/run']);
  const gone = folderWith('gone', without());
  rmSync(path.join(gone, 'node_modules/run/node_modules/deep'), { recursive: true });
  assert.deepEqual(await missingIn(gone, { all: true, system: linux }), ['node_modules/run/node_modules/deep']);
  const fresh = folderWith('fresh', without());
  rmSync(path.join(fresh, 'node_modules'), { recursive: true });
  assert.equal((await missingIn(fresh, { all: true, system: linux })).length, 5);
  const half = folderWith('half', without());
  writeFileSync(path.join(half, 'node_modules/.package-lock.json'), '{"packages": {');
  assert.equal((await missingIn(half, { all: true, system: linux })).length, 5);
});

test('looking at this checkout takes less than 100 ms', async () => {
  const { stdout } = await run(
    `import { missingPackages } from '${SETUP}packages.mjs';
     const times = [1, 2, 3].map(() => {
       const startedAt = performance.now();
       missingPackages(${JSON.stringify(ROOT)}, { all: true });
       return performance.now() - startedAt;
     });
     console.log(Math.min(...times));`,
  );
  assert.ok(Number(stdout) < 100, `${stdout} ms`);
});

test('two setups of one folder take turns, and a dead one holds up nobody', async () => {
  const lock = path.join(work, 'lock/setup.lock');
  const holding = `
    import { holdingLock } from '${SETUP}lock.mjs';
    await holdingLock(${JSON.stringify(lock)}, () => {
      console.log('in ' + process.hrtime.bigint());
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      console.log('out ' + process.hrtime.bigint());
    });`;
  const outcomes = await Promise.all([run(holding), run(holding)]);
  const [first, second] = outcomes
    .map(({ stdout }) => stdout.split('\n').map((line) => BigInt(line.split(' ')[1] ?? 0)))
    .sort(([a = 0n], [b = 0n]) => (a < b ? -1 : 1));
  assert.ok((second?.[0] ?? 0n) > (first?.[1] ?? 0n));
  assert.match(outcomes.map(({ stderr }) => stderr).join(''), /another setup is at work in this folder/);
  assert.ok(!existsSync(lock));

  const killed = spawn(process.execPath, ['--input-type=module', '-e', holding.replace('300', '60000')], {
    stdio: 'pipe',
  });
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  assert.ok(existsSync(lock));
  assert.match((await run(holding)).stdout, /in/);
});

/** A registry on loopback with one package per version asked for; no `resolved` in the lock, as in ours. */
let registry: Server;
let requests = 0;
const tarballs = new Map<string, { body: Buffer; integrity: string }>();
before(async () => {
  for (const name of ['run', 'tool']) {
    for (const version of ['1.0.0', '1.1.0']) {
      const dir = path.join(work, 'pack', name, version, 'package');
      mkdirSync(dir, { recursive: true });
      writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ name, version }));
      utimesSync(path.join(dir, 'package.json'), 0, 0);
      const body = execFileSync('tar', ['-cz', '-C', path.dirname(dir), 'package'], { maxBuffer: 1 << 20 });
      tarballs.set(`${name}@${version}`, {
        body,
        integrity: `sha512-${createHash('sha512').update(body).digest('base64')}`,
      });
    }
  }
  registry = createServer((request, response) => {
    requests += 1;
    const [, name = '', file] = (request.url ?? '').split('/');
    if (file !== undefined) return response.end(tarballs.get(`${name}@${file}`)?.body);
    const host = `http://${request.headers.host}`;
    const versions = ['1.0.0', '1.1.0'].map((version) => {
      const dist = { tarball: `${host}/${name}/${version}`, integrity: tarballs.get(`${name}@${version}`)?.integrity };
      return [version, { name, version, dist }];
    });
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ name, 'dist-tags': { latest: '1.1.0' }, versions: Object.fromEntries(versions) }));
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
});
after(() => {
  registry.closeAllConnections();
  registry.close();
});

const npmEnv = (url?: string): Record<string, string> => {
  const address = registry.address();
  return {
    npm_config_registry: url ?? `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    npm_config_cache: path.join(work, 'npm-cache', url === undefined ? 'a' : 'b'),
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  };
};

const writeProject = (dir: string, version: string): void => {
  const entry = (name: string): object => ({ version, integrity: tarballs.get(`${name}@${version}`)?.integrity });
  const root = { name: 'p', version: '1.0.0', dependencies: { run: version }, devDependencies: { tool: version } };
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, 'package.json'), JSON.stringify(root));
  writeFileSync(
    path.join(dir, 'package-lock.json'),
    JSON.stringify({
      ...{ name: 'p', version: '1.0.0', lockfileVersion: 3, requires: true },
      packages: { '': root, 'node_modules/run': entry('run'), 'node_modules/tool': { ...entry('tool'), dev: true } },
    }),
  );
};

const ensure = (dir: string, all: boolean, env = npmEnv()): Promise<Outcome> =>
  run(
    `import { ensurePackages } from '${SETUP}packages.mjs';
     console.log(ensurePackages(${JSON.stringify(dir)}, { all: ${all}, what: 'it' }));`,
    env,
  );

const versionIn = (dir: string, name: string): string | undefined => {
  const file = path.join(dir, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
};

test('a first install says one line, a second does nothing, and a changed lock file or a lost folder is mended', async () => {
  const dir = path.join(work, 'project');
  writeProject(dir, '1.0.0');
  const first = await ensure(dir, false);
  assert.equal(first.stdout.trim(), 'true');
  assert.match(first.stderr, /^mailyard: installing it \.\.\.\nmailyard: installed in \d+ s\n$/);
  assert.deepEqual([versionIn(dir, 'run'), versionIn(dir, 'tool')], ['1.0.0', undefined]);

  const asked = requests;
  assert.deepEqual(await ensure(dir, false), { code: 0, stdout: 'false\n', stderr: '' });
  assert.equal(requests, asked);

  await ensure(dir, true);
  assert.equal(versionIn(dir, 'tool'), '1.0.0');
  writeProject(dir, '1.1.0');
  await ensure(dir, true);
  assert.deepEqual([versionIn(dir, 'run'), versionIn(dir, 'tool')], ['1.1.0', '1.1.0']);

  rmSync(path.join(dir, 'node_modules/run'), { recursive: true });
  await ensure(dir, true);
  assert.equal(versionIn(dir, 'run'), '1.1.0');
});

test('two folders are set up at once', async () => {
  const dirs = [path.join(work, 'one'), path.join(work, 'two')];
  for (const dir of dirs) writeProject(dir, '1.0.0');
  const outcomes = await Promise.all(dirs.map((dir) => ensure(dir, true)));
  assert.deepEqual(
    outcomes.map(({ code }) => code),
    [0, 0],
  );
  for (const dir of dirs) assert.equal(versionIn(dir, 'tool'), '1.0.0');
});

test('a registry that cannot be reached is named as the reason, and nothing counts as installed', async () => {
  const dir = path.join(work, 'offline');
  writeProject(dir, '1.0.0');
  const { code, stderr } = await ensure(dir, true, npmEnv('http://127.0.0.1:1'));
  assert.equal(code, 1);
  assert.match(stderr, /The npm registry cannot be reached/);
  assert.equal((await missingIn(dir, { all: true })).length, 2);
  assert.equal((await ensure(dir, true)).code, 0);
});

test('a bench goes on without the peers, and says which packages bring them', async () => {
  // Without apt-get nothing can be installed.
  const { code, stderr } = await run(
    `import { ensureBenchPackages } from '${SETUP}system.mjs';
     ensureBenchPackages();`,
    { PATH: work },
  );
  assert.equal(code, 0);
  assert.match(stderr, /^.*mbsync is missing .* the package isync to have it$/m);
  assert.match(stderr, /^.*offlineimap is missing .* the package offlineimap3 to have it$/m);
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  assert.equal(scripts.prebench, 'node scripts/setup.mjs bench');
});

test('a goal that it does not know is refused', async () => {
  const outcome = await new Promise<number | null>((resolve) =>
    spawn(process.execPath, [path.join(ROOT, 'scripts/setup.mjs'), 'lunch'], { stdio: 'ignore' }).once('exit', resolve),
  );
  assert.equal(outcome, 1);
});
