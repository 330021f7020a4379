/** An account as the API shows it. Times as RFC 3339 in UTC. */
import type { AccountSummary } from '../service/manage-accounts.ts';
import { timeText } from './time-text.ts';

export const accountView = (account: AccountSummary) => {
  const { revision: _revision, createdAt, updatedAt, failure, lastChangedAt, firstSyncAt, ...rest } = account;
  return {
    ...rest,
    createdAt: timeText(createdAt),
    updatedAt: timeText(updatedAt),
    ...(failure === undefined ? {} : { failure: failureView(failure) }),
    ...(lastChangedAt === undefined ? {} : { lastChangedAt: timeText(lastChangedAt) }),
    ...(firstSyncAt === undefined ? {} : { firstSyncAt: timeText(firstSyncAt) }),
  };
};

const failureView = ({ at, until, ...failure }: NonNullable<AccountSummary['failure']>) => ({
  ...failure,
  at: timeText(at),
  ...(until === undefined ? {} : { until: timeText(until) }),
});
