/**
 * Commands over a connection that was taken from imapflow, which sends one at a time: whoever asks here waits for the own answer
 * alone, and what is asked for in one turn of the event loop leaves in one write. A server must carry out in order what
 * affects each other (RFC 9051 section 5.5).
 */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { LF } from '../bulk/ascii.ts';
import { bulkDepthFor } from '../bulk/bulk-depth.ts';
import { type Incoming, incoming } from '../bulk/incoming.ts';
import { type BulkResponse, readResponse, type StatusResponse } from '../bulk/response.ts';
import { responseStream } from '../bulk/response-stream.ts';
import { type TakenConnection, takeOver } from '../bulk/take-over.ts';
import { isThrottled, throttledError } from '../bulk/throttled.ts';
import type { MailSession } from '../session.ts';

/**
 * Whoever asked is told of each response until the own command is answered, that answer included, and has to see what it is
 * about: Dovecot sends the rows of a FETCH before the tagged answer to a STORE that came first.
 */
export type Hear = (response: BulkResponse, bytes: Buffer, from: number, to: number) => void;

export type Pipe = {
  /** UTF8=ACCEPT is enabled (RFC 6855). */
  readonly utf8: boolean;
  /**
   * The server's tagged answer, OK, NO or BAD. Throws `imap.connection-lost`, `imap.throttled`,
   * `deadline.reached`.
   */
  readonly ask: (command: string, hear?: Hear) => Promise<StatusResponse>;
};

/** False for servers that are known to answer pipelined commands wrongly, and for compressed connections. */
export const canPipe = ({ client }: Pick<MailSession, 'client'>): boolean => bulkDepthFor(client) > 1;

/**
 * Takes the connection, runs `act`, and gives the connection back: `session.client` is another one afterwards, with no folder
 * open. Where `act` throws, the connection is closed.
 */
export const withPipe = async <Result>(session: MailSession, act: (pipe: Pipe) => Promise<Result>): Promise<Result> => {
  const connection = await takeOver(session);
  const line = pipeOver(connection, session.requireTime);
  try {
    const result = await act(line.pipe);
    const bytes = line.end();
    await session.giveBack(connection, { bytes, folders: [] });
    return result;
  } catch (error) {
    line.end();
    connection.close();
    throw error;
  }
};

type Asked = {
  readonly tag: string;
  readonly hear: Hear | undefined;
  readonly resolve: (answer: StatusResponse) => void;
  readonly reject: (error: unknown) => void;
};

const pipeOver = (connection: TakenConnection, requireTime: () => void) => {
  const flying: Asked[] = [];
  const waiting: { readonly line: string; readonly asked: Asked }[] = [];
  let count = 0;
  let failure: unknown;
  /** What came since the last line end. */
  let rest: Buffer[] = [];
  let flushing = false;
  let bytes: Incoming | undefined;

  const fail = (error: unknown): void => {
    failure ??= error;
    bytes?.stop();
    for (const { reject } of [...flying.splice(0), ...waiting.splice(0).map(({ asked }) => asked)]) reject(failure);
  };
  /** In the same turn as the look at the clock, so that a worker that was frozen sends nothing. */
  const flush = (): void => {
    flushing = false;
    if (failure !== undefined || waiting.length === 0) return;
    try {
      requireTime();
    } catch (error) {
      fail(error);
      return;
    }
    const some = waiting.splice(0, Math.max(LIMITS.bulkCommandsOutstanding - flying.length, 0));
    if (some.length === 0) return;
    if (flying.length === 0) bytes?.resume();
    flying.push(...some.map(({ asked }) => asked));
    connection.output.write(some.map(({ line }) => line).join(''));
  };

  const answered = (tagged: StatusResponse & { readonly tag: string }): void => {
    const index = flying.findIndex(({ tag }) => tag === tagged.tag);
    if (index < 0) return;
    if (isThrottled(tagged)) throw throttledError(tagged);
    flying.splice(index, 1)[0]?.resolve(tagged);
    flush();
    if (flying.length === 0) bytes?.pause();
  };
  const read = responseStream({
    response: (from, start, end) => {
      const response = readResponse(from, start, end);
      for (const { hear } of flying) hear?.(response, from, start, end);
      if ((response.kind === 'tagged' || response.kind === 'status') && response.status === 'BYE')
        throw goodbye(response);
      if (response.kind === 'tagged') answered(response);
    },
    // As imapflow's own: what it would take is no reason to lose the connection here.
    literalBytesMax: LIMITS.literalBytesMax,
    responseBytesMax: LIMITS.responseBytesMax,
  });
  bytes = incoming(
    connection,
    LIMITS.socketIdleSeconds * 1_000,
    (chunk) => {
      try {
        read(chunk);
        const lf = chunk.lastIndexOf(LF);
        if (lf >= 0) rest = [];
        rest.push(chunk.subarray(lf + 1));
      } catch (error) {
        fail(error);
      }
    },
    fail,
  );

  const pipe: Pipe = {
    utf8: connection.utf8,
    ask: (command, hear) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        count += 1;
        const tag = `p${count}`;
        waiting.push({ line: `${tag} ${command}\r\n`, asked: { tag, hear, resolve, reject } });
        if (flushing) return;
        flushing = true;
        setImmediate(flush);
      }),
  };
  return {
    pipe,
    /** Nothing is asked for any more. Gives what came behind the last answer and is no whole line. */
    end: (): Buffer => {
      bytes?.stop();
      if (flying.length + waiting.length > 0) fail(new MailyardError('internal', 'a command is still under way'));
      return Buffer.concat(rest);
    },
  };
};

const goodbye = (response: StatusResponse): MailyardError =>
  isThrottled(response)
    ? throttledError(response)
    : new MailyardError('imap.connection-lost', 'the mail server ended the connection', {
        cause: new Error(response.text),
      });
