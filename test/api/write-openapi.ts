/** `npm run openapi`: records the examples' answers and writes the OpenAPI document and its page anew. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { EXAMPLES_FILE, examplesText, openApiFiles, recordExamples } from './golden.ts';

if (process.argv.includes('--documents')) {
  for (const [file, text] of openApiFiles()) writeFileSync(file, text);
} else {
  writeFileSync(EXAMPLES_FILE, examplesText(await recordExamples()));
  // The document imports the recorded answers: it takes a new process to see them.
  const { status } = spawnSync(process.execPath, [import.meta.filename, '--documents'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
