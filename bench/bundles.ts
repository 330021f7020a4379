/** The functions as the stack bundles them, and what each bundle is made of. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { esbuildOptions } from '../infra/bundling.ts';

export const FUNCTION_NAMES = ['dispatch', 'sync', 'api', 'mail'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

export type BenchBundle = {
  /** Holds index.mjs. */
  readonly dir: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Bytes by package, and by folder for our own code; the largest first. */
  readonly parts: readonly (readonly [name: string, bytes: number])[];
  readonly remove: () => void;
};

/** `entry` is relative to the repository. */
export const bundleEntry = async (entry: string): Promise<BenchBundle> => {
  const dir = mkdtempSync(path.join(tmpdir(), 'mailyard-bench-bundle-'));
  const { metafile, outputFiles } = await build({
    ...esbuildOptions(entry, path.join(dir, 'index.mjs')),
    metafile: true,
    write: false,
  });
  for (const { path: file, contents } of outputFiles) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
  return {
    dir,
    bytes: outputFiles.reduce((sum, { contents }) => sum + contents.length, 0),
    gzipBytes: outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0),
    parts: partsOf(metafile),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
};

const partsOf = ({ outputs }: Metafile): [string, number][] => {
  const sums = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name = nameOf(file);
      sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...sums].filter(([, bytes]) => bytes > 0).sort(([, a], [, b]) => b - a);
};

/** The innermost package of a path, or two folders of our own. */
const nameOf = (file: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split('/').slice(0, 2).join('/');
