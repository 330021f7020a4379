/** One LIST with STATUS over a connection that was taken from imapflow. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { incoming } from '../bulk/incoming.ts';
import type { StatusResponse } from '../bulk/response.ts';
import type { TakenConnection } from '../bulk/take-over.ts';
import { isThrottled, throttledError } from '../bulk/throttled.ts';
import { imapError } from '../errors.ts';
import { type ListAnswer, listReader } from './list-reader.ts';

const TAG = 'z1';

export type ListQuestion = {
  /** RFC 6154. */
  readonly specialUse: boolean;
  /** RFC 7162. */
  readonly modSequences: boolean;
  /** Turns a name as listed into a path. */
  readonly decode: (name: string) => string;
};

/** The server's answer, whatever it is. Throws `imap.connection-lost`, `imap.throttled`, `imap.refused` beyond a bound. */
export const askListStatus = async (
  connection: TakenConnection,
  question: ListQuestion,
  socketIdleMs: number = LIMITS.socketIdleSeconds * 1_000,
): Promise<ListAnswer> => {
  const answered = Promise.withResolvers<ListAnswer>();
  const reader = listReader({ tag: TAG, decode: question.decode, onStatus: refuseGoodbye });
  const take = (chunk: Buffer): void => {
    try {
      reader.feed(chunk);
      const answer = reader.answer();
      if (answer === undefined) return;
      // What comes later is for whoever reads next.
      bytes.stop();
      refuseThrottled(answer.tagged);
      answered.resolve(answer);
    } catch (error) {
      answered.reject(error);
    }
  };
  const bytes = incoming(connection, socketIdleMs, take, answered.reject);
  try {
    connection.output.write(commandOf(question));
    bytes.resume();
    return await answered.promise;
  } finally {
    bytes.stop();
  }
};

const commandOf = ({ specialUse, modSequences }: ListQuestion): string => {
  const items = `MESSAGES UIDNEXT UIDVALIDITY UNSEEN${modSequences ? ' HIGHESTMODSEQ' : ''}`;
  return `${TAG} LIST "" "*" RETURN (${specialUse ? 'SPECIAL-USE ' : ''}STATUS (${items}))\r\n`;
};

const refuseThrottled = (status: StatusResponse): void => {
  if (isThrottled(status)) throw throttledError(status);
};

const refuseGoodbye = (status: StatusResponse): void => {
  if (status.status !== 'BYE') return;
  refuseThrottled(status);
  throw imapError({ code: 'NoConnection', cause: new MailyardError('imap.refused', status.text) });
};
