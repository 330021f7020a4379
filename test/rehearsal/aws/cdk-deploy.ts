/** The real command line of CDK, pointed at services on loopback. It has no terminal, no home and no network beside them. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../../infra/bundling.ts';
import { ACCOUNT, FAKE_CREDENTIALS, REGION } from './names.ts';

export type CdkRun = { readonly status: number; readonly output: string };

export type CdkOptions = {
  /** A folder of its own, for its caches. */
  readonly home: string;
  /** An app as cdk.json names it, or the folder of an assembly. */
  readonly app: string;
  /** Where the assembly is written, when `app` is a command. */
  readonly output?: string;
  readonly context: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
};

const CLI = path.join(ROOT, 'node_modules/aws-cdk/bin/cdk');

export const cdkDeploy = async (options: CdkOptions): Promise<CdkRun> => {
  mkdirSync(options.home, { recursive: true });
  const context = Object.entries(options.context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const args = [
    'deploy',
    '--all',
    ...['--app', options.app],
    ...(options.output === undefined ? [] : ['--output', options.output]),
    ...context,
    ...['--require-approval', 'never', '--progress', 'events'],
    ...['--no-notices', '--no-color', '--no-version-reporting'],
  ];
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: options.home,
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // Without these the SDK would look for a machine's metadata and for somebody's profile.
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: path.join(options.home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(options.home, 'credentials'),
      AWS_REGION: REGION,
      CDK_DEFAULT_ACCOUNT: ACCOUNT,
      ...FAKE_CREDENTIALS,
      ...options.environment,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { status, output };
};
