/** A first sync over as many bounded runs as it takes, with what the API tells of it in between. */
import { z } from 'zod';
import { apiHandler } from '../shared/api/handler.ts';
import { STORE_OPERATIONS } from '../shared/api/store-operations.ts';
import type { MailboxDeps } from '../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../shared/store/head.ts';
import { invoke, REQUEST_KEY } from '../test/api/api-under-test.ts';

/** As `GET /v1/accounts/{id}` has it. */
export type Progress = {
  readonly messagesDone: number;
  readonly messagesTotal: number;
  readonly messagesPerSecond?: number | undefined;
  readonly secondsRemaining?: number | undefined;
};

export type BoundedRuns<Run> = {
  readonly runs: readonly Run[];
  /** After each run but the last. */
  readonly readings: readonly Progress[];
};

const RUNS_MAX = 200;

const ACCOUNT = z.object({
  firstSyncAt: z.string().optional(),
  firstSync: z
    .object({
      messagesDone: z.number(),
      messagesTotal: z.number(),
      messagesPerSecond: z.number().optional(),
      secondsRemaining: z.number().optional(),
    })
    .optional(),
});

/** Throws when the first sync does not end, or when what the API tells does not fit to that. */
export const firstSyncInRuns = async <Run extends { readonly more: boolean }>(
  run: () => Promise<Run>,
  readAccount: () => Promise<unknown>,
): Promise<BoundedRuns<Run>> => {
  const runs: Run[] = [];
  const readings: Progress[] = [];
  while (runs.length < RUNS_MAX) {
    const one = await run();
    runs.push(one);
    const { firstSync, firstSyncAt } = ACCOUNT.parse(await readAccount());
    if (!one.more) {
      if (firstSyncAt === undefined || firstSync !== undefined) throw new Error('the API says that it goes on');
      return { runs, readings };
    }
    if (firstSyncAt !== undefined || firstSync === undefined) throw new Error('the API says that it is through');
    readings.push(firstSync);
  }
  throw new Error(`the first sync is not through after ${RUNS_MAX} runs`);
};

/** `GET /v1/accounts/{id}` through the API's own handler, as its owner asks. */
export const accountOverApi = (deps: MailboxDeps, { tenant, accountId }: AccountRef): (() => Promise<unknown>) => {
  const handler = apiHandler({ operations: STORE_OPERATIONS, depsOf: () => deps, requestKey: REQUEST_KEY });
  return async () => {
    const { status, text } = await invoke(handler, 'GET', `/v1/accounts/${accountId}`, { tenant });
    if (status !== 200) throw new Error(`the API answers ${status}: ${text}`);
    return JSON.parse(text);
  };
};

/** What does not fit in a row of readings; a first sync never goes back. */
export const oddReadings = (readings: readonly Progress[], messages: number): string[] =>
  readings.flatMap(({ messagesDone, messagesTotal }, nth) => {
    const before = readings[nth - 1]?.messagesDone ?? 0;
    return [
      ...(messagesTotal === messages ? [] : [`reading ${nth + 1}: ${messagesTotal} in all, not ${messages}`]),
      ...(messagesDone > before ? [] : [`reading ${nth + 1}: ${messagesDone} done, not more than before`]),
      ...(messagesDone < messagesTotal ? [] : [`reading ${nth + 1}: all is done, and it goes on`]),
    ];
  });
