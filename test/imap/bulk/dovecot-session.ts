/** A session with a test's Dovecot, over verified TLS. */
import { type MailSession, withSession } from '../../../shared/imap/session.ts';

export const asAlice = <Result>(
  server: { readonly port: number; readonly ca: string },
  act: (session: MailSession) => Promise<Result>,
  tls: 'implicit' | 'starttls' = 'implicit',
): Promise<Result> =>
  withSession(
    {
      server: { host: '127.0.0.1', port: server.port, tls, user: 'alice', ca: server.ca },
      credential: { kind: 'password', password: 'alice-password' },
      egress: { ports: 'any', allows: (address) => address === '127.0.0.1' },
      timeoutMs: 60_000,
    },
    act,
  );
