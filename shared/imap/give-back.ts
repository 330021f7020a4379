/**
 * Gives a connection that was taken over back to imapflow: to a new client, by its public `transport`. It opens with a greeting
 * of our own that says PREAUTH and the capabilities (RFC 9051 section 7.1.4), so that nothing is asked of the server.
 */
import { ImapFlow, type ImapFlowOptions, type ImapTransport } from 'imapflow';
import { MailyardError } from '../errors.ts';
import type { TakenConnection } from './bulk/take-over.ts';
import { imapError } from './errors.ts';

/** What was read from a connection before it is given back. */
export type Rest = {
  /** Belongs to no answer. */
  readonly bytes: Buffer;
  /** Of a LIST: imapflow asks for one before it opens a folder that it has not heard of. What the client before knew stays known. */
  readonly folders: readonly { readonly path: string; readonly delimiter: string }[];
};

/** A part of imapflow that is not public. The version is pinned, and a test counts the commands. */
type Internals = { readonly folders: Map<string, { readonly path: string; readonly delimiter: string }> };

/**
 * A client yet to be connected. `before` had the connection, which must be at rest. Throws `imap.connection-lost` when it broke meanwhile.
 */
export const nextClient = (
  before: ImapFlow,
  { socket, input }: TakenConnection,
  { bytes, folders }: Rest,
  options: ImapFlowOptions,
): ImapFlow => {
  if (input !== socket) throw new MailyardError('internal', 'a compressed connection cannot be given back');
  // Its events are over, and a client that was given it would wait for them.
  if (socket.destroyed || socket.readableEnded) throw imapError({ code: 'NoConnection' });
  const transport: ImapTransport = {
    connect: (_, onConnect) => {
      socket.unshift(Buffer.concat([Buffer.from(`* PREAUTH [CAPABILITY ${capabilitiesOf(before)}] again\r\n`), bytes]));
      setImmediate(onConnect);
      return socket;
    },
  };
  const client = new ImapFlow({ ...options, secure: before.secureConnection, doSTARTTLS: undefined, transport });
  for (const extension of before.enabled) client.enabled.add(extension);
  const { folders: known } = client as unknown as Internals;
  const knownBefore = (before as unknown as Internals).folders;
  for (const { path, delimiter } of [...knownBefore.values(), ...folders]) known.set(path, { path, delimiter });
  return client;
};

const capabilitiesOf = ({ capabilities }: ImapFlow): string =>
  [...capabilities].map(([name, value]) => (typeof value === 'number' ? `${name}=${value}` : name)).join(' ');
