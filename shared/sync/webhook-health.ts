/** How a webhook fares after an attempt, and when the next one is. */
import { LIMITS } from '../limits.ts';

type State = {
  readonly leaseUntil: number;
  readonly failures: number;
  readonly failingSince?: number;
  readonly nextAttemptAt?: number;
  readonly lastDeliveredAt?: number;
  readonly lastFailure?: { readonly at: number; readonly reason: string };
  readonly disabled?: { readonly at: number; readonly reason: string };
};

/** Doubling from a minute to six hours; a receiver that names a longer time is given it, within the same bound. */
export const retrySeconds = (failures: number, askedSeconds = 0): number =>
  Math.min(
    Math.max(LIMITS.deliveryRetrySecondsMin * 2 ** Math.min(failures - 1, 20), askedSeconds),
    LIMITS.deliveryRetrySecondsMax,
  );

export const afterSuccess = (state: State, nowSeconds: number): State => {
  const { failingSince: _, nextAttemptAt: __, ...rest } = state;
  return { ...rest, failures: 0, lastDeliveredAt: nowSeconds };
};

/** A receiver that says 410 wants no more (Standard Webhooks); one that takes nothing for days is gone. */
export const afterFailure = (
  state: State,
  { reason, status, retryAfterSeconds }: { reason: string; status?: number; retryAfterSeconds?: number },
  nowSeconds: number,
): State => {
  const failures = state.failures + 1;
  const failingSince = state.failingSince ?? nowSeconds;
  const days = LIMITS.webhookFailingDaysMax;
  const why =
    status === 410
      ? 'it answered 410 Gone'
      : nowSeconds - failingSince >= days * 86_400
        ? `nothing could be delivered for ${days} days; the last attempt came to ${reason}`
        : undefined;
  return {
    ...state,
    failures,
    failingSince,
    nextAttemptAt: nowSeconds + retrySeconds(failures, retryAfterSeconds),
    lastFailure: { at: nowSeconds, reason },
    ...(why === undefined ? {} : { disabled: { at: nowSeconds, reason: why } }),
  };
};
