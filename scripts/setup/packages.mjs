import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fail, say } from './say.mjs';

// npm writes this file last, so it is there only when an install came to its end.
const INSTALLED = 'node_modules/.package-lock.json';

/**
 * What package-lock.json asks for and node_modules lacks or has in another version: paths, empty when all is there.
 * `all: false` leaves out what only development needs; packages for other systems are never asked for.
 */
export const missingPackages = (dir, { all, system = { os: process.platform, cpu: process.arch } }) => {
  const wanted = readPackages(path.join(dir, 'package-lock.json'));
  const installed = readPackages(path.join(dir, INSTALLED));
  return Object.entries(wanted)
    .filter(([name, entry]) => name !== '' && (all || !entry.dev) && isFor(entry, system))
    .filter(([name, entry]) => {
      const found = installed[name];
      const same = found?.version === entry.version && found?.integrity === entry.integrity;
      return !(same && existsSync(path.join(dir, name, 'package.json')));
    })
    .map(([name]) => name);
};

export const hasDevPackages = (dir) =>
  Object.values(readPackages(path.join(dir, INSTALLED))).some((entry) => entry.dev === true);

/**
 * Installs what is missing; true when it had to. `alsoNeeds` is a file that an install script makes.
 * With `optional` a failure is told and no reason to stop.
 */
export const ensurePackages = (dir, { all, what, alsoNeeds, env = {}, optional = false }) => {
  const complete = () =>
    missingPackages(dir, { all }).length === 0 && (alsoNeeds === undefined || existsSync(path.join(dir, alsoNeeds)));
  if (complete()) return false;
  say(`installing ${what} ...`);
  const startedAt = Date.now();
  // Gone before npm begins: whatever interrupts it, the next setup sees an unfinished install.
  rmSync(path.join(dir, INSTALLED), { force: true });
  const result = npm(['ci', all ? '--include=dev' : '--omit=dev', '--include=optional'], dir, env);
  if (result.status === 0 && complete()) {
    say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
    return true;
  }
  const output = `${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`;
  process.stderr.write(`${essenceOf(output)}\n`);
  const tell = optional ? say : fail;
  tell(`${reason(result, output, dir, all)} (${path.relative(process.cwd(), dir) || 'this folder'})`);
  return true;
};

/** npm's errors begin with what went wrong; an install script's output ends with it. */
const essenceOf = (output) => {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm warn'));
  return (lines.length <= 40 ? lines : [...lines.slice(0, 20), '...', ...lines.slice(-20)]).join('\n');
};

const reason = (result, output, dir, all) => {
  if (result.signal) return 'npm was interrupted; the next start installs again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|SOCKET_TIMEOUT/.test(output)) {
    return 'The npm registry cannot be reached: check the network, a proxy (npm config set proxy ...) or the registry (npm config get registry), then run the same command again.';
  }
  if (result.status === 0) return `npm ended well and yet something is missing: ${missingPackages(dir, { all })[0]}.`;
  return 'npm could not install the packages; what it said is above.';
};

/** npm as it runs us, or the one on the PATH; its noise is kept for the case that it fails. */
const npm = (args, cwd, env) => {
  const cli = process.env.npm_execpath;
  const outside = process.env.npm_node_execpath ?? process.execPath;
  const [command, first] = cli?.endsWith('.js') ? [outside, [cli]] : ['npm', []];
  return spawnSync(command, [...first, ...args, '--no-fund', '--no-audit'], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    shell: command === 'npm' && process.platform === 'win32',
  });
};

const readPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch (error) {
    // A half-written or absent list counts as nothing installed.
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
};

/** npm's `os` and `cpu`: a name or a list, `!` excludes. Variants per libc are left to npm: it takes one of them. */
const isFor = (entry, system) =>
  entry.libc === undefined && matches(entry.os, system.os) && matches(entry.cpu, system.cpu);

const matches = (rule, value) => {
  if (rule === undefined) return true;
  const names = [rule].flat();
  if (names.includes(`!${value}`)) return false;
  const allowed = names.filter((name) => !name.startsWith('!'));
  return allowed.length === 0 || allowed.includes(value) || allowed.includes('any');
};
