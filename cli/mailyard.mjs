#!/usr/bin/env node
// The command `mailyard`. Plain JavaScript for any Node >= 18: the sources ask for Node 24, which comes from npm where the machine's is older.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
const here = path.dirname(fileURLToPath(import.meta.url));
const main = path.join(here, 'main.ts');
const node = path.join(here, '../node_modules/.bin/node');
const compiled = path.join(here, '../node_modules/.cache/compiled');

if (!existsSync(path.join(here, '../node_modules/commander'))) {
  process.stderr.write(`mailyard: its packages are not installed; run npm ci in ${path.dirname(here)}\n`);
  process.exitCode = 1;
} else if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  // Half of a short command's time is compiling. Beside the packages: a folder that others may write to could hold their code.
  module.enableCompileCache?.(compiled);
  await import(main);
} else if (existsSync(node)) {
  // Signals of the terminal reach both.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  const env = { NODE_COMPILE_CACHE: compiled, ...process.env };
  const { status } = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`mailyard: Node ${NODE_MAJOR} or newer is needed; this is ${process.version}\n`);
  process.exitCode = 1;
}
