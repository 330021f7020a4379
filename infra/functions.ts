/** A Lambda function from functions/<name>.ts: its bundle, log group, role and settings. */
import path from 'node:path';
import { AssetHashType, DockerImage, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type AssetCode,
  Code,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { esbuildOptions, ROOT } from './bundling.ts';
import type { Network } from './network.ts';
import { NODE_FLAGS } from './node-flags.ts';

export type FunctionName = 'dispatch' | 'sync' | 'api' | 'mail' | 'rule-example';

export type FunctionOptions = {
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly may: readonly PolicyStatement[];
  readonly logRetentionDays: number;
  /** A private one; without it the function goes out by addresses of AWS that change. */
  readonly network?: Network | undefined;
};

export const createFunction = (scope: Construct, name: FunctionName, options: FunctionOptions): NodejsFunction => {
  const id = name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
  const { network, logRetentionDays } = options;
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // A role of its own, as the one that CDK makes carries a managed policy for every log group there is.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  for (const statement of [...options.may, ...(network?.may ?? [])]) role.addToPolicy(statement);
  return new NodejsFunction(scope, id, {
    description: options.description,
    entry: path.join(ROOT, 'functions', `${name}.ts`),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: options.timeout,
    memorySize: options.memoryMb,
    role,
    ...(network === undefined ? {} : { vpc: network.vpc, securityGroups: [...network.securityGroups] }),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.WARN,
    environment: {
      POWERTOOLS_SERVICE_NAME: `mailyard-${name}`,
      NODE_OPTIONS: NODE_FLAGS.join(' '),
      ...options.environment,
    },
    // Kept-alive connections are the default of the SDK in use.
    awsSdkConnectionReuse: false,
    code: bundleOf(name),
  });
};

/** By its own content, so that what did not change is not deployed again. */
const bundleOf = (name: FunctionName): AssetCode =>
  Code.fromAsset(path.join(ROOT, 'functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never asked for: esbuild runs here.
      image: DockerImage.fromRegistry('none'),
      // Assets of one folder with the same options are bundled once: this tells ours apart.
      command: [name],
      local: {
        tryBundle: (folder) => {
          buildSync(esbuildOptions(`functions/${name}.ts`, path.join(folder, 'index.mjs')));
          return true;
        },
      },
    },
  });
