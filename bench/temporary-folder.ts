/** A folder for one run of a bench. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const temporaryFolder = (): { readonly path: string; readonly remove: () => void } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailyard-bench-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
