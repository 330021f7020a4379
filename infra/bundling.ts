/** How a function becomes a few files: the same options for what is deployed and for the tests that run it. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';

export const ROOT = path.resolve(import.meta.dirname, '..');

/** What imapflow reaches for only where we never let it: a logger of its own, and proxies. */
const NEVER_CALLED = path.join(ROOT, 'infra/never-called.cjs');

/** imapflow and libmime bring the same iconv-lite, each its own; one is enough. */
const iconvLite = (): string => {
  const ofImapflow = createRequire(createRequire(path.join(ROOT, 'package.json')).resolve('imapflow'));
  return path.dirname(ofImapflow.resolve('iconv-lite/package.json'));
};

/**
 * For esbuild's own API; `entry` is relative to the repository, or absolute. What is imported when it is first needed becomes a file of its
 * own beside `outfile`, which a start that does not need it never reads.
 */
export const esbuildOptions = (entry: string, outfile: string): BuildOptions & { readonly outdir: string } => ({
  entryPoints: [{ in: path.resolve(ROOT, entry), out: path.basename(outfile, '.mjs') }],
  outdir: path.dirname(outfile),
  outExtension: { '.js': '.mjs' },
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  /** The module builds of packages first: they can be tree-shaken. */
  mainFields: ['module', 'main'],
  alias: { 'iconv-lite': iconvLite(), pino: NEVER_CALLED, socks: NEVER_CALLED },
  /** Dependencies in CommonJS call `require` for Node's own modules; an ES module has none unless it is made. */
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  /** Nothing is taken from the Lambda image, so that what was tested is what runs. */
  external: [],
  logLevel: 'error',
});
