/**
 * Other programs that keep a mailbox in step, as racers. Their first sync is made once and kept beside the fixture; each
 * round works on a copy whose messages are links, as neither program ever writes into one.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BenchOptions } from './bench.ts';
import { BENCH_CACHE } from './fixture.ts';
import { isOnPath } from './peer-program.ts';
import { MBSYNC, OFFLINEIMAP, type PeerTool } from './peer-tools.ts';
import type { Sample } from './race.ts';
import type { Stage } from './stage.ts';

export type Peer = {
  readonly name: string;
  /** Puts a copy of the mailbox as it was after the first sync in place of what is there; `empty`: nothing. */
  readonly lay: (what: 'synced' | 'empty') => Promise<void>;
  /** Stopped after a time where it would take too long for a race. */
  readonly run: () => Promise<Sample>;
  readonly runToEnd: () => Promise<Sample>;
};

export type Peers = {
  readonly present: readonly Peer[] /** Why some are not there. */;
  readonly notes: readonly string[];
};

const RUN_MS_MAX = 3_600_000;
/** With very many folders each takes two round trips a folder: longer than this shows no more. */
const WIDE_RUN_MS_MAX = 60_000;

export const preparePeers = async (
  stage: Stage,
  { allPeers }: Pick<BenchOptions, 'allPeers'>,
  needs: 'synced' | 'empty',
): Promise<Peers> => {
  const present: Peer[] = [];
  const notes: string[] = [];
  for (const tool of [MBSYNC, OFFLINEIMAP]) {
    const cached = path.join(BENCH_CACHE, `${stage.fixture.name}-${tool.name}`);
    const isQuick = !tool.isSlow || (stage.fixture.isLarge && needs === 'synced' && existsSync(cached));
    if (!allPeers && !isQuick) {
      notes.push(`${tool.name} was left out, as it takes minutes here: --all-peers takes it in.`);
    } else if (!isOnPath(tool.program)) {
      notes.push(`${tool.name} is missing: install the package ${tool.debianPackage}.`);
    } else {
      const msMax = stage.fixture.isLarge || allPeers ? RUN_MS_MAX : WIDE_RUN_MS_MAX;
      if (msMax === WIDE_RUN_MS_MAX)
        notes.push(
          `${tool.name} is stopped after ${msMax / 1_000} s where it has not come to its end: --all-peers lets it.`,
        );
      const peer = openPeer(stage, tool, cached, msMax);
      if (needs === 'synced' && !existsSync(cached)) await syncOnce(stage, peer, cached);
      present.push(peer);
    }
  }
  return { present, notes };
};

const openPeer = (stage: Stage, tool: PeerTool, cached: string, raceMsMax: number): Peer => {
  const folder = path.join(stage.workFolder, tool.name);
  const caFile = path.join(stage.workFolder, 'ca.pem');
  writeFileSync(caFile, stage.certificate.caPem);
  let args: readonly string[] = [];
  const timed = (msMax: number): Promise<Sample> =>
    stage.proxy.during(async () => {
      const from = performance.now();
      const isStopped = !(await runProgram(tool.program, args, msMax));
      return { ms: performance.now() - from, isStopped };
    });
  return {
    name: tool.name,
    lay: async (what) => {
      rmSync(folder, { recursive: true, force: true });
      if (what === 'synced') await copyLinked(cached, folder);
      mkdirSync(path.join(folder, 'mail'), { recursive: true });
      args = tool.configure(folder, { port: stage.proxy.port, caFile });
    },
    run: () => timed(raceMsMax),
    runToEnd: () => timed(RUN_MS_MAX),
  };
};

const syncOnce = async (stage: Stage, peer: Peer, cached: string): Promise<void> => {
  stage.say(`first sync of ${peer.name}, kept for later runs ...`);
  await stage.line(0);
  await peer.lay('empty');
  const { ms, isStopped } = await peer.runToEnd();
  if (isStopped === true) throw new Error(`the first sync of ${peer.name} takes too long`);
  stage.say(`${peer.name} took ${Math.round(ms / 1_000)} s without delay, bodies included`);
  renameSync(path.join(stage.workFolder, peer.name), cached);
};

/** Messages as links; what a program writes in place (its state) as copies. */
const COPY = `set -e
cp -al "$1" "$2"
cd "$1"
find . -type f -not -path '*/cur/*' -not -path '*/new/*' -exec cp -a --remove-destination --parents {} "$2" ';'`;

const copyLinked = async (from: string, to: string): Promise<void> => {
  await promisify(execFile)('/bin/sh', ['-c', COPY, 'sh', from, to]);
};

/** False when it had to be stopped. */
export const runProgram = (
  program: string,
  args: readonly string[],
  msMax: number,
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: msMax,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`${program} ended with ${code}: ${said}`));
    });
  });
