/** `--once`: checks until every account is quiet, and says what came of it. */
import type { CheckReport } from '../shared/service/check-account.ts';
import type { Screen } from './screen.ts';
import { type Service, TENANT } from './service.ts';
import { summarize, summaryJson, summaryLines } from './summary.ts';

/** A first sync of 2,000 messages a round comes to an end within this many. */
const ROUNDS_MAX = 1_000;

/** The exit code: 0, or 1 when an account could not be checked. */
export const runOnce = async (service: Service, screen: Screen, json: boolean): Promise<number> => {
  const reports: CheckReport[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const checked = await service.checkAll();
    reports.push(...checked);
    // A run that did something is followed by one that sees its traces; then there is nothing left.
    if (!checked.some(({ outcome }) => outcome === 'synced')) break;
  }
  const summary = await summarize(service.deps.table, TENANT, reports);
  for (const line of summaryLines(summary)) screen.say(line);
  if (json) screen.say(summaryJson(summary));
  return summary.errors.length === 0 ? 0 : 1;
};
