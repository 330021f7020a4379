// Makes a checkout ready: `node scripts/setup.mjs start|check|test|bench`. Plain JavaScript for any Node >= 18, because it runs
// before anything is installed. What is there already is only looked at (a few ms); what it says goes to stderr.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdingLock } from './setup/lock.mjs';
import { ensurePackages, hasDevPackages } from './setup/packages.mjs';
import { fail, say } from './setup/say.mjs';
import { ensureBenchPackages, ensureTestPackages } from './setup/system.mjs';

const NODE_MAJOR = 24;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const nodeOfProject = path.join(root, 'node_modules/.bin/node');

const main = async () => {
  const goal = process.argv[2] ?? 'start';
  if (!['start', 'check', 'test', 'bench'].includes(goal))
    fail(`scripts/setup.mjs knows start, check, test and bench, not ${goal}`);
  await holdingLock(path.join(root, '.cache/setup.lock'), () => {
    refuseOldNode(false);
    // `npm ci --omit=dev` would take away the development packages of somebody who works here.
    const all = goal !== 'start' || hasDevPackages(root);
    const installed = ensurePackages(root, {
      all,
      what: all ? 'all packages (about 690 MB, once)' : 'the runtime packages (about 245 MB, once)',
    });
    if (installed) removeNodeThatDoesNotRun();
    refuseOldNode(true);
    if (goal === 'test') prepareTests();
    if (goal === 'bench') ensureBenchPackages();
  });
};

/** Node 24 comes as a package for Linux on x64 and arm64; elsewhere the machine's own must be new enough. */
const refuseOldNode = (packagesAreThere) => {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return;
  const packaged = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (packagesAreThere ? existsSync(nodeOfProject) : packaged) return;
  fail(
    `Mailyard needs Node ${NODE_MAJOR} or newer; this is ${process.version}, and npm has no Node for ${process.platform}-${process.arch}. ` +
      'Install it from https://nodejs.org and run the same command again.',
  );
};

/** A glibc binary on musl (Alpine) would stand in front of the machine's own Node on the PATH of npm's scripts. */
const removeNodeThatDoesNotRun = () => {
  if (!existsSync(nodeOfProject)) return;
  if (spawnSync(nodeOfProject, ['--version']).status !== 0) rmSync(nodeOfProject, { force: true });
};

const prepareTests = () => {
  const { compiler } = ensureTestPackages();
  const runtime = path.join(root, 'test/runtime');
  if (process.platform !== 'linux') {
    say('The Lambda runtime client builds on Linux only: its tests will say that they could not run.');
  } else if (compiler) {
    ensurePackages(runtime, {
      all: true,
      what: 'the Lambda runtime client (compiled here, about a minute, once)',
      alsoNeeds: 'node_modules/aws-lambda-ric/rapid-client.node',
      // The headers of the Node that will load the addon, so that nothing is downloaded for the build.
      env: { npm_config_nodedir: path.join(root, `node_modules/node-linux-${process.arch}`) },
      optional: true,
    });
  }
};

await main();
