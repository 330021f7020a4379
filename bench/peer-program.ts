/** Whether a peer's program is there; `npm run bench` has tried to install it by then. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(path.delimiter).some((dir) => {
    try {
      accessSync(path.join(dir, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
