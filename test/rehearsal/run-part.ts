/** Part 3: what was uploaded runs, and a person uses it. */
import { startDovecot } from '../support/dovecot.ts';
import { dovecotOracle } from '../support/dovecot-oracle.ts';
import type { Deployed } from './aws/deployed.ts';
import type { DeploymentServices } from './aws/deployment-services.ts';
import type { Ledger } from './grants/ledger.ts';
import { type Cloud, startCloud } from './host/cloud.ts';
import type { Gateway } from './host/gateway.ts';
import type { Report } from './report.ts';
import { clientOf } from './scenario/client.ts';
import { DEAD_LETTERS } from './scenario/dead-letters.ts';
import { MAIN_JOB } from './scenario/main-job.ts';
import { OTHER_DAYS } from './scenario/other-days.ts';
import { PASSWORD, type Stage } from './scenario/stage.ts';
import { THROTTLED } from './scenario/throttle-act.ts';

export const ACTS = [...MAIN_JOB, ...DEAD_LETTERS, ...OTHER_DAYS, THROTTLED];

export type MailServer = Awaited<ReturnType<typeof startDovecot>>;
export type RunOptions = {
  readonly stack: Deployed;
  readonly services: DeploymentServices;
  readonly gateway: Gateway;
  readonly folder: string;
  readonly server: MailServer;
};

export const runPart = async (options: RunOptions): Promise<{ report: Report; ledger: Ledger | undefined }> => {
  const { stack, services, gateway, folder, server } = options;
  const faults: string[] = [];
  const counts: Record<string, number> = {};
  let cloud: Cloud | undefined;
  try {
    cloud = await startCloud({ stack, gateway, folder, uploaded: services.uploaded });
    const { url } = cloud.api;
    const stage: Stage = {
      cloud,
      gateway,
      server,
      oracle: dovecotOracle(server),
      person: clientOf(url, await cloud.users.token({ sub: 'person' })),
      stranger: clientOf(url, undefined),
      counts,
    };
    for (const { title, play } of ACTS) {
      try {
        await play(stage);
        counts['acts'] = (counts['acts'] ?? 0) + 1;
      } catch (error) {
        // The acts after it play on what this one should have left.
        faults.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
        break;
      }
    }
    for (const { name, output } of cloud.sandboxes.values())
      if (output().includes(PASSWORD)) faults.push(`${name} wrote the password into its log`);
    if (faults.length > 0) faults.push(...lastWordsOf(cloud));
  } catch (error) {
    faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const sandboxes = [...(cloud?.sandboxes.values() ?? [])];
  const report = {
    title: '3 run',
    counts: {
      functions: sandboxes.length,
      routes: cloud?.api.routes ?? 0,
      'answers of the HTTP API': Object.values(cloud?.api.answers ?? {}).reduce((sum, many) => sum + many, 0),
      invocations: sandboxes.reduce((sum, { invocations }) => sum + invocations(), 0),
      ...counts,
    },
    faults,
  };
  await cloud?.stop();
  return { report, ledger: cloud?.ledger };
};

/** The errors that functions logged, for whoever has to find out why. */
const lastWordsOf = ({ sandboxes }: Cloud): string[] =>
  [...sandboxes.values()].flatMap(({ name, output }) =>
    output()
      .split('\n')
      .filter((line) => /"level":"(ERROR|WARN)"|Error/.test(line))
      .slice(-5)
      .map((line) => `${name}: ${line.slice(0, 600)}`),
  );

export const startMailServer = (): Promise<MailServer> => startDovecot({ users: { alice: PASSWORD } });
