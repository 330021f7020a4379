/** A deployed function: the zip that was uploaded, under the real runtime client, told what the template tells it and what Lambda adds. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { type Invocation, type Lambda, runLambda } from '../../support/ric.ts';
import type { DeployedResource } from '../aws/deployed.ts';
import { REGION } from '../aws/names.ts';
import { isRecord, plainId } from '../template/template.ts';

export type Sandbox = {
  /** As infra/ names it: `Sync`. */
  readonly name: string;
  readonly arn: string;
  readonly timeoutSeconds: number;
  /** One after the other, as one sandbox works. */
  readonly invoke: (event: unknown) => Promise<Invocation>;
  /** Lambda let it go; the next one starts cold, that much later. */
  readonly startAgain: (aheadMs: number) => Promise<void>;
  readonly invocations: () => number;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

export type SandboxOptions = {
  readonly resource: DeployedResource;
  readonly code: Buffer;
  readonly folder: string;
  readonly endpoint: string;
  /** Told after an invocation that wrote something. */
  readonly onOutput: (name: string, logGroup: string) => void;
};

/** A machine that does other things meanwhile may be that much slower than Lambda; no timing is judged here. */
const SLOWNESS = 4;
const LATER = pathToFileURL(path.join(import.meta.dirname, 'later.mjs')).href;

/** The name of a function's role in infra/. */
export const roleOf = (functionName: string): string => `${functionName}Role`;

/** Throws where Lambda would refuse the function. */
export const startSandbox = async ({
  resource,
  code,
  folder,
  endpoint,
  onOutput,
}: SandboxOptions): Promise<Sandbox> => {
  const name = plainId(resource.id);
  const { Runtime, Handler, Timeout = 3, MemorySize = 128, Environment, LoggingConfig } = resource.Properties ?? {};
  if (Runtime !== 'nodejs24.x') throw new Error(`${name} asks for ${String(Runtime)}, and the rehearsal has Node 24`);
  const bundleDir = path.join(folder, name);
  mkdirSync(bundleDir, { recursive: true });
  for (const [file, bytes] of Object.entries(unzipSync(code))) {
    mkdirSync(path.dirname(path.join(bundleDir, file)), { recursive: true });
    if (!file.endsWith('/')) writeFileSync(path.join(bundleDir, file), bytes);
  }
  const variables = isRecord(Environment) && isRecord(Environment['Variables']) ? Environment['Variables'] : {};
  const logGroup = isRecord(LoggingConfig) ? String(LoggingConfig['LogGroup']) : `/aws/lambda/${resource.made.ref}`;
  const start = (aheadMs = 0): Promise<Lambda> =>
    runLambda({
      bundleDir,
      handler: String(Handler),
      timeoutMs: Number(Timeout) * 1_000 * SLOWNESS,
      now: () => Date.now() + aheadMs,
      env: {
        ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
        AWS_LAMBDA_FUNCTION_NAME: resource.made.ref,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
        AWS_REGION: REGION,
        // Whose keys they are says whose role it is.
        AWS_ACCESS_KEY_ID: roleOf(name),
        AWS_SECRET_ACCESS_KEY: 'rehearsal',
        AWS_ENDPOINT_URL: endpoint,
        ...(aheadMs === 0
          ? {}
          : {
              NODE_OPTIONS: `${variables['NODE_OPTIONS'] ?? ''} --import=${LATER}`,
              REHEARSAL_AHEAD_MS: String(aheadMs),
            }),
      },
    });
  let lambda = await start();
  let earlier = '';
  let count = 0;
  let written = 0;
  let before: Promise<unknown> = Promise.resolve();
  return {
    name,
    arn: resource.made.attributes['Arn'] ?? '',
    timeoutSeconds: Number(Timeout),
    invoke: (event) => {
      const answer = before.then(async () => {
        count += 1;
        const answered = await lambda.invoke(event);
        const { length } = earlier + lambda.output();
        if (length > written) onOutput(name, logGroup);
        written = length;
        return answered;
      });
      before = answer.catch(() => undefined);
      return answer;
    },
    startAgain: async (aheadMs) => {
      await before;
      earlier += lambda.output();
      await lambda.stop();
      lambda = await start(aheadMs);
    },
    invocations: () => count,
    output: () => earlier + lambda.output(),
    stop: () => lambda.stop(),
  };
};
