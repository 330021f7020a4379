/**
 * Takes an authenticated connection out of imapflow's hands, by its public unbind(): only close() is left to call on the client,
 * and what follows is the connection's last act unless give-back.ts makes another client of it. TLS, STARTTLS, OAuth, proxies and compression stay imapflow's work.
 */
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ImapFlow, ImapTransportSocket } from 'imapflow';
import { MailyardError } from '../../errors.ts';
import { imapError } from '../errors.ts';
import type { MailSession } from '../session.ts';

export type TakenConnection = {
  /** Both `input` and `output`, unless the connection is compressed. */
  readonly socket: ImapTransportSocket;
  /** Paused: `resume()` starts it. */
  readonly input: Readable;
  readonly output: Writable;
  /** UTF8=ACCEPT is enabled (RFC 6855). */
  readonly utf8: boolean;
  /** The first bytes to come are the rest of a line that began before. */
  readonly midLine: boolean;
  /** Calls back once, with `imap.connection-lost`, when the connection breaks or ends; at once if it already has. */
  readonly onLost: (report: (error: MailyardError) => void) => void;
  /** Nothing is listened for any more: whoever has the connection now does. */
  readonly release: () => void;
  /** Destroys the socket. May be called again. */
  readonly close: () => void;
};

/** Parts of imapflow that are not public. The version is pinned, and a test holds them to be there. */
type Internals = {
  readonly currentRequest?: false | { readonly command: string; readonly sent?: boolean };
  readonly requestQueue?: readonly unknown[];
  readonly reading?: boolean;
  readonly streamer?: {
    readonly state: number;
    readonly lineBytes: number;
    readonly inputBuffer: readonly unknown[];
    readonly inputQueue: readonly unknown[];
    readonly activeInput: unknown;
    readonly writableLength: number;
    readonly readableLength: number;
  };
};

/** imapflow's parser, between responses or within a line; its other state is within a literal. */
const STATE_LINE = 1;
const DRAIN_TURNS_MAX = 1_000;

export type TakeOverOptions = {
  /** This command may be under way: whoever takes over sends on behind it, and gets its answer among the others. */
  readonly behind?: 'ENABLE';
};

/** Throws `imap.connection-lost`, also when a response was cut in a way that cannot be taken up; the client is closed then. */
export const takeOver = async (
  { client }: Pick<MailSession, 'client'>,
  { behind }: TakeOverOptions = {},
): Promise<TakenConnection> => {
  if (behind !== undefined) await untilSent(client, behind);
  refuseBusy(client, behind);
  const { readSocket, writeSocket, socket } = client.unbind();
  // In the same turn: imapflow has just taken its own listeners away, and an error that nobody hears ends the process.
  let lost: MailyardError | undefined;
  let report: ((error: MailyardError) => void) | undefined;
  const lose = (cause: unknown): void => {
    if (lost !== undefined) return;
    lost = imapError({ code: 'NoConnection', cause });
    report?.(lost);
  };
  const streams = new Set<Readable | Writable>([readSocket, writeSocket, socket]);
  const listeners = {
    error: lose,
    close: () => lose(new Error('the connection was closed')),
    end: () => lose(new Error('the mail server closed the connection')),
  };
  for (const stream of streams) for (const [event, listener] of Object.entries(listeners)) stream.on(event, listener);
  // imapflow's own time for a quiet socket; whoever reads now keeps another.
  socket.setTimeout(0);
  // Small writes follow each other without an answer between them: none shall wait for the acknowledgement of the last.
  if (socket instanceof Socket) socket.setNoDelay(true);
  try {
    await drain(client);
    if (client.isClosed) lose(new Error(client.byeReason ?? 'the connection was closed'));
    if (lost !== undefined) throw lost;
    const streamer = internalsOf(client).streamer;
    // The rest of a literal cannot be told from responses.
    if (streamer?.state !== STATE_LINE || streamer.inputBuffer.length > 0) {
      throw new MailyardError('imap.connection-lost', 'the mail server was in the middle of a response');
    }
    return {
      socket,
      input: readSocket,
      output: writeSocket,
      utf8: client.enabled.has('UTF8=ACCEPT'),
      midLine: streamer.lineBytes > 0,
      onLost: (callback) => {
        report = callback;
        if (lost !== undefined) callback(lost);
      },
      release: () => {
        for (const stream of streams)
          for (const [event, listener] of Object.entries(listeners)) stream.off(event, listener);
      },
      close: () => client.close(),
    };
  } catch (error) {
    client.close();
    throw error;
  }
};

const internalsOf = (client: ImapFlow): Internals => client as unknown as Internals;

/** An IDLE or a command under way would answer into the bulk. Programming errors, all but the lost connection. */
const refuseBusy = (client: ImapFlow, behind: TakeOverOptions['behind']): void => {
  if (client.isClosed || !client.usable) throw imapError({ code: 'NoConnection' });
  const { currentRequest = false, requestQueue, streamer } = internalsOf(client);
  if (streamer === undefined) throw new MailyardError('internal', 'this is not the imapflow that is known');
  const isFree = currentRequest === false || (currentRequest.command === behind && currentRequest.sent === true);
  if (client.idling || !isFree || (requestQueue?.length ?? 0) > 0) {
    throw new MailyardError('internal', 'a command is under way on this connection');
  }
};

const untilSent = async (client: ImapFlow, command: string): Promise<void> => {
  for (let turn = 0; turn < DRAIN_TURNS_MAX; turn += 1) {
    const { currentRequest = false } = internalsOf(client);
    if (currentRequest === false || currentRequest.command !== command || currentRequest.sent === true) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** No new bytes reach imapflow; it still works on those it has, among them perhaps an ALERT or a BYE. */
const drain = async (client: ImapFlow): Promise<void> => {
  for (let turn = 0; turn < DRAIN_TURNS_MAX; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    const { reading, streamer } = internalsOf(client);
    if (client.isClosed || streamer === undefined) return;
    const idle = reading !== true && (streamer.activeInput ?? null) === null && streamer.inputQueue.length === 0;
    if (idle && streamer.writableLength === 0 && streamer.readableLength === 0) return;
  }
  throw new MailyardError('imap.connection-lost', 'the mail server does not stop talking');
};
