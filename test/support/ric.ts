/** Runs a bundle under the real Lambda runtime client, which is given a Runtime API of ours on loopback. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import path from 'node:path';
import { watch } from './canary.ts';

export type Invocation =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

export type Lambda = {
  /** From the start of the process to its first request for work, in ms. */
  readonly initMs: number;
  readonly pid: number;
  /** One at a time, as in a sandbox. */
  readonly invoke: (event: unknown) => Promise<Invocation>;
  /** What the function has written so far, stdout and stderr. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

export type LambdaOptions = {
  /** Holds index.mjs. */
  readonly bundleDir: string;
  /** `index.handler` unless told otherwise. */
  readonly handler?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** The clock that deadlines are told by, where the function's own is another one. */
  readonly now?: () => number;
};

const CLIENT = path.resolve(import.meta.dirname, '../runtime/node_modules/aws-lambda-ric');

/** Undefined when the runtime client is there; else a sentence on what is missing. */
export const missingRuntimeClient = (): string | undefined =>
  existsSync(path.join(CLIENT, 'rapid-client.node'))
    ? undefined
    : 'the Lambda runtime client is not built: `npm test` builds it on Linux, given cmake, g++, make, xz and python3';

/** Rejects with what the client reported when the module cannot be loaded or has no such handler. */
export const runLambda = async (options: LambdaOptions): Promise<Lambda> => {
  const missing = missingRuntimeClient();
  if (missing !== undefined) throw new Error(missing);
  const timeoutMs = options.timeoutMs ?? 30_000;
  const prefix = '/2018-06-01/runtime';
  let waiting: ServerResponse | undefined;
  let onWaiting: () => void = () => undefined;
  let onFailedInit: (error: Error) => void = () => undefined;
  const open = new Map<string, (answer: Invocation) => void>();

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const url = request.url ?? '';
    if (url === `${prefix}/invocation/next`) {
      waiting = response;
      onWaiting();
      return;
    }
    response.writeHead(202).end();
    if (url === `${prefix}/init/error`) onFailedInit(new Error(describe(body)));
    const [, id, kind] = /invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
    if (id === undefined) return;
    open.get(id)?.(kind === 'response' ? { ok: true, result: parse(body) } : failure(body));
    open.delete(id);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');

  const startedAt = performance.now();
  const child = spawn(process.execPath, [path.join(CLIENT, 'index.mjs')], {
    cwd: options.bundleDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${address.port}`,
      _HANDLER: options.handler ?? 'index.handler',
      LAMBDA_TASK_ROOT: options.bundleDir,
      AWS_LAMBDA_FUNCTION_NAME: 'test',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/test',
      AWS_LAMBDA_LOG_STREAM_NAME: 'test',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...options.env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      watch('log', text);
    });
  }
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('close', (code) => {
    onFailedInit(new Error(`the runtime client ended with ${code}:\n${output}`));
    for (const answer of open.values()) answer({ ok: false, errorType: 'Runtime.ExitError', errorMessage: output });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const untilWaiting = (): Promise<void> =>
    new Promise((resolve, reject) => {
      onFailedInit = reject;
      onWaiting = resolve;
      if (waiting !== undefined) resolve();
    });
  try {
    await within(untilWaiting(), timeoutMs, 'the start');
  } catch (error) {
    await stop();
    throw error;
  }
  const initMs = performance.now() - startedAt;

  const invoke = async (event: unknown): Promise<Invocation> => {
    await within(untilWaiting(), timeoutMs, 'the answer before');
    const id = randomUUID();
    const answered = new Promise<Invocation>((resolve) => open.set(id, resolve));
    const next = waiting;
    waiting = undefined;
    next?.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String((options.now ?? Date.now)() + timeoutMs),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:test',
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    next?.end(JSON.stringify(event));
    const answer = await within(answered, timeoutMs, 'an answer');
    watch('answer', answer);
    return answer;
  };
  return { initMs, pid: child.pid ?? 0, invoke, output: () => output, stop };
};

const parse = (body: string): unknown => (body === '' ? undefined : JSON.parse(body));

const failure = (body: string): Invocation => {
  const { errorType = '', errorMessage = '' } = (parse(body) ?? {}) as { errorType?: string; errorMessage?: string };
  return { ok: false, errorType, errorMessage };
};

const describe = (body: string): string => {
  const { errorType, errorMessage } = (parse(body) ?? {}) as { errorType?: string; errorMessage?: string };
  return `${errorType}: ${errorMessage}`;
};

const within = async <T>(work: Promise<T>, ms: number, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
