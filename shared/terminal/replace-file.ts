/** Files that are there whole or not at all, also after a power cut. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes beside the file, flushes it to the disk, then renames over it. `mode` is the new file's. */
export const replaceFile = (file: string, content: string | Buffer, mode: number): void => {
  const beside = `${file}.tmp`;
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  // One left by a stopped process would keep its own mode.
  rmSync(beside, { force: true });
  const handle = openSync(beside, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(beside, file);
  syncFolder(dirname(file));
};

/** Makes renames in a folder lasting (POSIX: the entry is the folder's data, not the file's). */
const syncFolder = (folder: string): void => {
  // Windows opens no folders; its renames are journaled by the file system.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
