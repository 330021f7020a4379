/** IMAP by hand, as fast as the server allows: commands go out in one write, answers are kept as they came. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export type RawTarget = {
  readonly port: number;
  /** PEM: TLS from the first byte. Without it the line is plain. */
  readonly ca?: string;
};

export type Answer = {
  readonly bytes: number;
  /** Everything the server said; throws when a command was not answered OK. Left until asked for: it takes time. */
  readonly text: () => string;
};

export type RawImap = {
  /** All in one write; resolves when the last is answered. */
  readonly send: (...commands: readonly (string | Uint8Array)[]) => Promise<Answer>;
  /** The same, where the text is wanted at once. */
  readonly ask: (...commands: readonly (string | Uint8Array)[]) => Promise<string>;
  readonly close: () => void;
};

const TIMEOUT_MS = 300_000;
const TAIL_BYTES = 512;

/** Resolves after the greeting. */
export const openRawImap = async ({ port, ca }: RawTarget): Promise<RawImap> => {
  const socket =
    ca === undefined
      ? connectPlain(port, '127.0.0.1')
      : connectTls({ port, host: '127.0.0.1', ca, minVersion: 'TLSv1.2' });
  socket.setNoDelay(true);
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the mail server says nothing')));
  const answerUntil = listen(socket);
  await answerUntil('* OK');
  let count = 0;
  const send = async (...commands: readonly (string | Uint8Array)[]): Promise<Answer> => {
    const parts: Uint8Array[] = [];
    for (const command of commands) {
      count += 1;
      parts.push(Buffer.from(`r${count} `), Buffer.from(command), Buffer.from('\r\n'));
    }
    socket.write(Buffer.concat(parts));
    return await answerUntil(`r${count} `);
  };
  return { send, ask: async (...commands) => (await send(...commands)).text(), close: () => socket.destroy() };
};

/** Resolves when a line that begins with `wanted` is the last that came. */
const listen = (socket: Socket): ((wanted: string) => Promise<Answer>) => {
  let chunks: Buffer[] = [];
  let tail = '\n';
  let waiting:
    | { readonly wanted: string; readonly done: () => void; readonly fail: (error: Error) => void }
    | undefined;
  const look = (): void => {
    if (waiting === undefined || !tail.endsWith('\r\n') || !tail.includes(`\n${waiting.wanted}`)) return;
    waiting.done();
    waiting = undefined;
  };
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    tail = (tail + chunk.subarray(-TAIL_BYTES).toString('latin1')).slice(-TAIL_BYTES);
    look();
  });
  socket.on('error', (error) => waiting?.fail(error));
  socket.on('close', () => waiting?.fail(new Error(`the mail server closed the line after ${JSON.stringify(tail)}`)));
  return async (wanted) => {
    await new Promise<void>((done, fail) => {
      waiting = { wanted, done, fail };
      look();
    });
    const held = chunks;
    chunks = [];
    tail = '\n';
    return { bytes: held.reduce((sum, { length }) => sum + length, 0), text: () => textOf(held) };
  };
};

const textOf = (chunks: readonly Buffer[]): string => {
  const text = Buffer.concat(chunks).toString('latin1');
  const failed = /^r\d+ (?:NO|BAD) .*$/m.exec(text);
  if (failed !== null) throw new Error(failed[0]);
  return text;
};
