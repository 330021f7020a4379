/** What comes over a connection that was taken from imapflow, and a server that falls silent. */
import { MailyardError } from '../../errors.ts';
import { LF } from './ascii.ts';
import type { TakenConnection } from './take-over.ts';

export type Incoming = {
  /** From now on the server is waited for, no longer than told without a byte from it. */
  readonly resume: () => void;
  /** The socket's own buffers fill up, and the server waits: it is not silent then. */
  readonly pause: () => void;
  /** Nothing more is taken. */
  readonly stop: () => void;
};

/**
 * `take` is given the bytes as they come, without the rest of a line that began before. `lost` is told once of a connection that
 * broke, at once if it already has, and of a silent server: both `imap.connection-lost`. Paused at first.
 */
export const incoming = (
  { input, midLine, onLost }: TakenConnection,
  socketIdleMs: number,
  take: (bytes: Buffer) => void,
  lost: (error: MailyardError) => void,
): Incoming => {
  let skipping = midLine;
  let chunks = 0;
  let idleTimer: NodeJS.Timeout | undefined;

  const stopClock = (): void => {
    clearTimeout(idleTimer);
    idleTimer = undefined;
  };
  /** After a pause of this whole process the timer runs before what has come meanwhile is read: that gets its turn first. */
  const maybeSilent = (): void => {
    const before = chunks;
    setImmediate(() => {
      if (idleTimer === undefined) return;
      if (chunks === before) lost(new MailyardError('imap.connection-lost', 'the mail server fell silent'));
      else idleTimer.refresh();
    });
  };
  const behindLine = (chunk: Buffer): Buffer => {
    const lf = chunk.indexOf(LF);
    if (lf >= 0) skipping = false;
    return lf < 0 ? chunk.subarray(chunk.length) : chunk.subarray(lf + 1);
  };
  const onData = (chunk: Buffer): void => {
    chunks += 1;
    idleTimer?.refresh();
    take(skipping ? behindLine(chunk) : chunk);
  };
  const pause = (): void => {
    stopClock();
    input.pause();
  };

  onLost(lost);
  input.on('data', onData);
  return {
    resume: () => {
      stopClock();
      idleTimer = setTimeout(maybeSilent, socketIdleMs);
      input.resume();
    },
    pause,
    stop: () => {
      pause();
      input.off('data', onData);
    },
  };
};
