/** Part 2: the real `cdk deploy`, twice. The second synthesises anew and has to find nothing to do. */
import path from 'node:path';
import { type CdkRun, cdkDeploy } from './aws/cdk-deploy.ts';
import type { Deployed } from './aws/deployed.ts';
import type { DeploymentServices } from './aws/deployment-services.ts';
import type { Report } from './report.ts';
import type { Context, Synthesised } from './synth-part.ts';

/** As cdk.json has it. */
const APP = 'node infra/app.ts';

export type DeployOptions = {
  readonly services: DeploymentServices;
  readonly folder: string;
  readonly synthesised: Synthesised;
  readonly context: Context;
  /** What is planted in an assembly is not in the sources that a second synth would read. */
  readonly isPlanted: boolean;
};

export const deployPart = async (options: DeployOptions): Promise<{ report: Report; stack: Deployed | undefined }> => {
  const { services, folder, synthesised, context } = options;
  const { environment } = services;
  const home = path.join(folder, 'home');
  const first = await cdkDeploy({ home, app: synthesised.assembly, context: {}, environment });
  const faults = [...statusFaults('the first deployment', first)];
  if (faults.length === 0) {
    const again = { home, environment };
    const second = await cdkDeploy(
      options.isPlanted
        ? { ...again, app: synthesised.assembly, context: {} }
        : { ...again, app: APP, output: path.join(folder, 'assembly-again'), context },
    );
    faults.push(...statusFaults('the second deployment', second));
    if (!second.output.includes('(no changes)'))
      faults.push(`the second deployment found changes:\n${tail(second.output)}`);
  }
  const name = path.basename(synthesised.templateFile).replace('.template.json', '');
  const stack = services.cloudFormation.stack(name);
  if (stack !== undefined && stack.deployments !== 1) faults.push(`the stack was deployed ${stack.deployments} times`);
  const { calls } = services;
  return {
    report: {
      title: '2 cdk deploy, twice',
      counts: {
        'calls to AWS': Object.values(calls).reduce((sum, count) => sum + count, 0),
        'roles assumed': calls['AssumeRole'] ?? 0,
        'resources made': stack?.deployed.resources.length ?? 0,
        outputs: Object.keys(stack?.deployed.outputs ?? {}).length,
        deployments: stack?.deployments ?? 0,
      },
      faults,
    },
    stack: stack?.deployed,
  };
};

const statusFaults = (what: string, { status, output }: CdkRun): string[] =>
  status === 0 ? [] : [`${what} ended with ${status}:\n${tail(output)}`];

const tail = (output: string): string => output.trim().split('\n').slice(-12).join('\n');
