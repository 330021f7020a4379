/** From the start of a function's process to its first request for work, under the real Lambda runtime client. */
import { missingRuntimeClient, runLambda } from '../test/support/ric.ts';
import type { Bench, BenchResult } from './bench.ts';
import { judge } from './budget.ts';
import { type BenchBundle, bundleEntry, FUNCTION_NAMES } from './bundles.ts';
import { median } from './race.ts';
import { formatNumber } from './table.ts';

const RUNS = 11;
const API_TO_EMPTY_MAX = 4;
const SYNC_TO_EMPTY_MAX = 5;

/** What a function reads as it starts; nothing is asked of anybody then. */
const ENVIRONMENT = {
  TABLE_NAME: 'bench',
  QUEUE_URL: 'http://127.0.0.1:1/queue',
  LONG_QUEUE_URL: 'http://127.0.0.1:1/long',
  KMS_KEY_ID: 'bench',
};

/** Without a token: refused once the routes are loaded, before the table is asked. */
const REQUEST = {
  version: '2.0',
  rawPath: '/v1/rules',
  headers: {},
  requestContext: { http: { method: 'GET', path: '/v1/rules' } },
};
const FIRST = 'api_first_answer';

export const coldstart: Bench = {
  summary: 'from the start of a function to its first event, beside an empty handler',
  run: async ({ runs = RUNS }) => {
    const missing = missingRuntimeClient();
    if (missing !== undefined) throw new Error(missing);
    const bundles = new Map<string, BenchBundle>();
    try {
      bundles.set('empty', await bundleEntry('bench/empty-handler.ts'));
      for (const name of FUNCTION_NAMES) bundles.set(name, await bundleEntry(`functions/${name}.ts`));
      return resultOf(await measure(bundles, runs), bundles, runs);
    } finally {
      for (const bundle of bundles.values()) bundle.remove();
    }
  },
};

type Times = ReadonlyMap<string, readonly number[]>;

/** In turns, so that what else the machine does meets all alike; the first round fills the file cache and does not count. */
const measure = async (bundles: ReadonlyMap<string, BenchBundle>, runs: number): Promise<Times> => {
  const times = new Map([...bundles.keys(), FIRST].map((name) => [name, [] as number[]]));
  for (let round = 0; round <= runs; round += 1) {
    for (const [name, { dir }] of bundles) {
      const lambda = await runLambda({ bundleDir: dir, env: ENVIRONMENT });
      const from = performance.now();
      const answer = name === 'api' ? await lambda.invoke(REQUEST) : undefined;
      if (answer?.ok === false) throw new Error(`functions/api: ${answer.errorMessage}`);
      if (round > 0) times.get(name)?.push(lambda.initMs);
      if (round > 0 && answer !== undefined) times.get(FIRST)?.push(performance.now() - from);
      await lambda.stop();
    }
  }
  return times;
};

const resultOf = (times: Times, bundles: ReadonlyMap<string, BenchBundle>, runs: number): BenchResult => {
  const ms = (name: string): number => median(times.get(name) ?? []);
  const empty = ms('empty');
  const names = ['empty', ...FUNCTION_NAMES];
  return {
    title: `coldstart: start of the process to the first request for an event, medians of ${runs}`,
    contestants: {
      header: ['', 'ms', 'x empty', 'KB', 'KB gzip'],
      rows: names.map((name) => [
        name,
        formatNumber(ms(name)),
        formatNumber(ms(name) / empty, 2),
        formatNumber((bundles.get(name)?.bytes ?? 0) / 1_024),
        formatNumber((bundles.get(name)?.gzipBytes ?? 0) / 1_024),
      ]),
    },
    ...judge([
      { what: 'api / empty', measured: ms('api') / empty, atMost: API_TO_EMPTY_MAX, digits: 2 },
      { what: 'sync / empty', measured: ms('sync') / empty, atMost: SYNC_TO_EMPTY_MAX, digits: 2 },
    ]),
    notes: [
      `functions/api answers its first request in ${formatNumber(ms(FIRST))} ms more: that loads the routes, and asks no table.`,
    ],
    json: Object.fromEntries([...names, FIRST].map((name) => [`${name}_ms`, ms(name)])),
  };
};
