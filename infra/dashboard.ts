/** One page for whoever is on call: is mail being checked, what waits, what fails, what does it cost. */
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { metricsOf, type Watched } from './metrics.ts';

export const createDashboard = (scope: Construct, watched: Watched): void => {
  const metrics = metricsOf(watched);
  const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): GraphWidget =>
    new GraphWidget({ title, left: [...left], right: [...right], width: 12 });
  new Dashboard(scope, 'Dashboard', {
    widgets: [
      [
        graph('Accounts checked', [metrics.quiet, metrics.synced, metrics.failed], [metrics.loginsRefused]),
        graph('Accounts that wait', [metrics.oldestDue, metrics.queueAge], [metrics.stale, metrics.unreachable]),
      ],
      [
        graph('The queue', [metrics.waiting, metrics.deadLetters], [metrics.ticks]),
        graph('Functions: errors and throttles', Object.values(metrics.errors), [metrics.throttles]),
      ],
      [
        graph('Functions: longest, ms', Object.values(metrics.durations)),
        graph('HTTP API', [metrics.requests, metrics.clientErrors, metrics.serverErrors], [metrics.latency]),
      ],
      [graph('The table: units', [metrics.readUnits, metrics.writeUnits], [metrics.tableThrottles])],
    ],
  });
};
