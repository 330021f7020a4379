/** Whether a peer's program is there; by apt-get where it is missing and that is permitted. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { PeerTool } from './peer-tools.ts';

export const ensureProgram = (
  tool: Pick<PeerTool, 'program' | 'debianPackage'>,
  say: (line: string) => void,
): boolean => {
  if (isOnPath(tool.program)) return true;
  const asRoot = process.getuid?.() === 0;
  if (!isOnPath('apt-get')) return false;
  if (!asRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return false;
  say(`installing ${tool.debianPackage} by apt-get ...`);
  const install = ['apt-get', '-q', 'install', '-y', '--no-install-recommends', '--no-remove', tool.debianPackage];
  const [command = '', ...args] = asRoot ? install : ['sudo', '-n', ...install];
  spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  return isOnPath(tool.program);
};

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(path.delimiter).some((dir) => {
    try {
      accessSync(path.join(dir, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
