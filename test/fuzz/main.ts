/** `npm run fuzz:api -- --requests 20000 [--seed S]` */
import { parseArgs } from 'node:util';
import { fuzzApi, shallow } from './fuzz.ts';

/** With so many, each operation must have been answered in three ways; with fewer, chance has a say. */
const REQUESTS_FOR_DEPTH = 5_000;

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '2000' }, seed: { type: 'string' } },
});
const requests = Number(values.requests);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
if (!Number.isSafeInteger(requests) || requests < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('--requests and --seed take whole numbers\n');
  process.exit(2);
}

const startedAt = Date.now();
const report = await fuzzApi(requests, seed);
const lines = [...report.statuses].map(([operationId, counts]) => {
  const all = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}:${count}`);
  const sum = [...counts.values()].reduce((a, b) => a + b, 0);
  return `${operationId.padEnd(24)}${String(sum).padStart(7)}  ${all.join(' ')}`;
});
process.stdout.write(`${lines.join('\n')}\n`);
const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
process.stdout.write(
  `${report.statuses.size} operations, ${report.requests} requests, seed ${seed}, ${seconds} s, ${report.failures.length} failures\n`,
);
for (const { request, what } of report.failures) {
  process.stdout.write(`\n${what}\n${JSON.stringify(request, undefined, 1)}\n`);
}
const tooShallow = report.requests < REQUESTS_FOR_DEPTH ? [] : shallow(report, 3);
for (const line of tooShallow) process.stdout.write(`hardly tried: ${line}\n`);
process.exit(report.failures.length + tooShallow.length === 0 ? 0 : 1);
