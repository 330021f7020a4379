/** Woken every minute: hands out the accounts that are due. */
import middy from '@middy/core';
import { dispatchChecks } from '../shared/service/dispatch-checks.ts';
import { baseDeps } from './base-deps.ts';

const deps = baseDeps();

/** `scheduledTime` in ISO 8601, as the schedule's context attribute gives it. */
export type Tick = { readonly scheduledTime?: string };

export const handler = middy<Tick, { accounts: number }>().handler(async ({ scheduledTime }: Tick) => {
  const at = scheduledTime === undefined ? deps.now() : Date.parse(scheduledTime);
  const seconds = Math.floor((Number.isNaN(at) ? deps.now() : at) / 1_000);
  return { accounts: await dispatchChecks(deps, seconds) };
});
