import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { esbuildOptions } from '../../infra/bundling.ts';

export type Bundle = { readonly dir: string; readonly kb: number; readonly remove: () => void };

/** Bundles an entry (relative to the repository, or absolute) as the stack does; the folder is what Lambda would unpack. */
export const bundleFunction = async (entry: string): Promise<Bundle> => {
  const dir = mkdtempSync(path.join(tmpdir(), 'mailyard-bundle-'));
  const outfile = path.join(dir, 'index.mjs');
  await build(esbuildOptions(entry, outfile));
  const bytes = readdirSync(dir).reduce((sum, file) => sum + statSync(path.join(dir, file)).size, 0);
  return {
    dir,
    kb: Math.round(bytes / 1024),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
};
