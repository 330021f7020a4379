/**
 * Gives a connection that was taken over back to imapflow: to a new client, by its public `transport`. It opens with a greeting
 * of our own that says PREAUTH and the capabilities (RFC 9051 section 7.1.4), so that nothing is asked of the server.
 */
import { ImapFlow, type ImapFlowOptions, type ImapTransport } from 'imapflow';
import { MailyardError } from '../errors.ts';
import type { TakenConnection } from './bulk/take-over.ts';
import { imapError } from './errors.ts';

/**
 * A client yet to be connected. `before` had the connection, which must be at rest; `rest`: what was read from it and belongs
 * to no answer. Throws `imap.connection-lost` when it broke meanwhile.
 */
export const nextClient = (
  before: ImapFlow,
  { socket, input }: TakenConnection,
  rest: Buffer,
  options: ImapFlowOptions,
): ImapFlow => {
  if (input !== socket) throw new MailyardError('internal', 'a compressed connection cannot be given back');
  // Its events are over, and a client that was given it would wait for them.
  if (socket.destroyed || socket.readableEnded) throw imapError({ code: 'NoConnection' });
  const transport: ImapTransport = {
    connect: (_, onConnect) => {
      socket.unshift(Buffer.concat([Buffer.from(`* PREAUTH [CAPABILITY ${capabilitiesOf(before)}] again\r\n`), rest]));
      setImmediate(onConnect);
      return socket;
    },
  };
  const client = new ImapFlow({ ...options, secure: before.secureConnection, doSTARTTLS: undefined, transport });
  for (const extension of before.enabled) client.enabled.add(extension);
  return client;
};

const capabilitiesOf = ({ capabilities }: ImapFlow): string =>
  [...capabilities].map(([name, value]) => (typeof value === 'number' ? `${name}=${value}` : name)).join(' ');
