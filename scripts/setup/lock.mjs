import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './say.mjs';

const WAIT_MS_MAX = 15 * 60_000;

/**
 * Runs `work` while no other setup of this checkout runs: two `npm ci` in one folder destroy each other's files.
 * A lock whose process has died is taken over, so that an interrupted setup blocks nobody.
 */
export const holdingLock = async (file, work) => {
  mkdirSync(path.dirname(file), { recursive: true });
  const giveUpAt = Date.now() + WAIT_MS_MAX;
  let told = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (Date.now() > giveUpAt || !isAlive(owner)) {
      takeAway(file, owner);
      continue;
    }
    if (!told) say('another setup is at work in this folder; waiting for it');
    told = true;
    await sleep(200);
  }
  // Also on process.exit inside `work`, which runs no finally.
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return work();
  } finally {
    release();
    process.off('exit', release);
  }
};

/** Appears with its owner in it, by a link: a file made and then filled would be seen empty. */
const take = (file) => {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
};

/** Moved aside first: of several who wait, one gets it; what turns out to be somebody else's is put back. */
const takeAway = (file, owner) => {
  const aside = `${file}.old.${process.pid}`;
  try {
    renameSync(file, aside);
    if (ownerOf(aside) !== owner) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
};

const ownerOf = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
};

const isAlive = (pid) => {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};
