/** How a function becomes one file: the same options for CDK's bundling and for the tests that run the bundle. */
import path from 'node:path';
import type { BuildOptions } from 'esbuild';

export const ROOT = path.resolve(import.meta.dirname, '..');

export const BUNDLING = {
  target: 'node24',
  format: 'esm',
  minify: true,
  /** The module builds of packages first: they can be tree-shaken. */
  mainFields: ['module', 'main'],
  /** Dependencies in CommonJS call `require` for Node's own modules; an ES module has none unless it is made. */
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  /** Nothing is taken from the Lambda image, so that what was tested is what runs. */
  external: [] as string[],
} as const;

/** For esbuild's own API; `entry` is relative to the repository. */
export const esbuildOptions = (entry: string, outfile: string): BuildOptions => ({
  entryPoints: [path.resolve(ROOT, entry)],
  outfile,
  bundle: true,
  platform: 'node',
  target: BUNDLING.target,
  format: BUNDLING.format,
  minify: BUNDLING.minify,
  mainFields: [...BUNDLING.mainFields],
  banner: { js: BUNDLING.banner },
  external: [...BUNDLING.external],
  logLevel: 'error',
});
