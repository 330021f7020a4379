/** Woken every minute: hands out the accounts that are due, and tells how many of them go without a check, by whose fault. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { LIMITS } from '../shared/limits.ts';
import { type Dispatched, dispatchChecks, NOTHING } from '../shared/service/dispatch-checks.ts';
import { isStale } from '../shared/sync/due.ts';
import { baseDeps } from './base-deps.ts';

const deps = baseDeps();
const metrics = new Metrics({ namespace: 'Mailyard' });

/** `scheduledTime` in ISO 8601, as the schedule's context attribute gives it. */
export type Tick = { readonly scheduledTime?: string };

export const handler = middy<Tick, Dispatched>().handler(async ({ scheduledTime }: Tick) => {
  const at = scheduledTime === undefined ? deps.now() : Date.parse(scheduledTime);
  const seconds = Math.floor((Number.isNaN(at) ? deps.now() : at) / 1_000);
  // Delivered late, as after an outage: the next tick is on its way.
  if (isStale(seconds, LIMITS.tickSeconds, Math.floor(deps.now() / 1_000))) {
    deps.log.warn('dispatch.late', { tickSeconds: seconds });
    return NOTHING;
  }
  const dispatched = await dispatchChecks(deps, seconds);
  metrics.addMetric('AccountsStale', MetricUnit.Count, dispatched.stale);
  metrics.addMetric('OldestDueSeconds', MetricUnit.Seconds, dispatched.oldestSeconds);
  metrics.addMetric('AccountsUnreachable', MetricUnit.Count, dispatched.unreachable);
  metrics.publishStoredMetrics();
  return dispatched;
});
