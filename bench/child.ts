/**
 * A child process that answers calls: what is measured, and what stands between it and the mail server, must not share an
 * event loop. A child ends when its parent does.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export type Handlers = Readonly<Record<string, (...input: never[]) => unknown>>;

export type Child<Calls extends Handlers> = {
  /** Rejects with what the handler threw, or when the child ended. */
  readonly call: <Name extends keyof Calls & string>(
    name: Name,
    ...input: Parameters<Calls[Name]>
  ) => Promise<Awaited<ReturnType<Calls[Name]>>>;
  readonly stop: () => Promise<void>;
};

type Call = { readonly id: number; readonly name: string; readonly input: readonly unknown[] };
type Answer = { readonly id: number; readonly result?: unknown; readonly error?: string };

/** `file` calls `answerParent` with the handlers; its type says what can be called. */
export const startChild = async <Calls extends Handlers>(
  file: URL,
  nodeFlags: readonly string[] = [],
): Promise<Child<Calls>> => {
  const child = fork(file, { serialization: 'advanced', execArgv: [...process.execArgv, ...nodeFlags] });
  const waiting = new Map<number, (answer: Answer) => void>();
  let calls = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', (code, signal) => {
    for (const [id, settle] of waiting) settle({ id, error: `the child ended (${signal ?? code})` });
  });
  const call = async (name: string, input: readonly unknown[]): Promise<unknown> => {
    calls += 1;
    const id = calls;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      if (!child.connected) resolve({ id, error: 'the child has ended' });
      else child.send({ id, name, input } satisfies Call);
    });
    if (answer.error !== undefined) throw new Error(`${file.pathname.split('/').at(-1)}, ${name}: ${answer.error}`);
    return answer.result;
  };
  return {
    call: (name, ...input) => call(name, input) as Promise<Awaited<ReturnType<Calls[typeof name]>>>,
    stop: () => stop(child),
  };
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
};

/** In the child: answers until the parent goes. */
export const answerParent = (handlers: Handlers): void => {
  process.on('message', ({ id, name, input }: Call) => {
    void answer(handlers, id, name, input).then((message) => process.send?.(message));
  });
  process.once('disconnect', () => process.exit());
};

const answer = async (handlers: Handlers, id: number, name: string, input: readonly unknown[]): Promise<Answer> => {
  try {
    return { id, result: await handlers[name]?.(...(input as never[])) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};
