/** Stands before a mail server and says NO to every FETCH of what is in one message; all else goes through as it is. */

import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { hasUid, parseUidSet } from '../../shared/mail/uid-set.ts';
import { createCertificate } from './certificates.ts';
import type { Dovecot } from './dovecot.ts';

export type RefusingServer = Pick<Dovecot, 'host' | 'port' | 'users' | 'ca'> & {
  /** UID of the message; none while undefined. */
  refused: number | undefined;
  readonly stop: () => Promise<void>;
};

const FETCH = /^(\S+) UID FETCH ([\d:,]+) .*(BODY|RFC822)/i;

export const startRefusingServer = async (dovecot: Dovecot): Promise<RefusingServer> => {
  const { certPem, keyPem, caPem } = await createCertificate();
  const sockets = new Set<Socket>();
  const server = createServer({ cert: certPem, key: keyPem }, (client) => {
    const upstream = connect(dovecot.plainPort, dovecot.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client, { end: false });
    let rest = '';
    client.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, tag = '', uids = ''] = FETCH.exec(line) ?? [];
        if (tag !== '' && made.refused !== undefined && hasUid(parseUidSet(uids), made.refused)) {
          client.write(`${tag} NO [SERVERBUG] it cannot be read\r\n`);
        } else upstream.write(`${line}\r\n`, 'latin1');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: RefusingServer = {
    host: dovecot.host,
    port: (server.address() as AddressInfo).port,
    users: dovecot.users,
    ca: caPem,
    refused: undefined,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
};
