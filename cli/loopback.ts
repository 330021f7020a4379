/** The browser comes back to this machine after a sign-in (RFC 8252 section 7.3): one request is waited for. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { LIMITS } from '../shared/limits.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

export type Loopback = {
  readonly redirectUri: string;
  /** The parameters of the redirect that carries this state. Throws Failure when nobody comes in time. */
  readonly answer: (state: string) => Promise<Record<string, string>>;
  readonly close: () => void;
};

/** The one that the stack registers with Cognito, which takes no other. */
export const REDIRECT_PORT_DEFAULT = 8765;
const PATH = '/callback';

/** `localhost` in the address, as Cognito wants it; bound to loopback alone. */
export const listenForRedirect = async (port: number): Promise<Loopback> => {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    throw new Failure(EXIT.failed, `port ${port} is taken on this machine`, 'Give another with --redirect-port.');
  }
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return {
    redirectUri: `http://localhost:${port}${PATH}`,
    close,
    answer: (state) => withinTime(redirectWith(server, state)),
  };
};

const redirectWith = (server: Server, state: string): Promise<Record<string, string>> =>
  new Promise((resolve) => {
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const isOurs = url.pathname === PATH && url.searchParams.get('state') === state;
      response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(isOurs ? 'You may close this page: the terminal goes on.\n' : 'Nothing is here.\n');
      // The page is to be there before the process ends.
      if (isOurs) response.once('close', () => resolve(Object.fromEntries(url.searchParams)));
    });
  });

const withinTime = async (answer: Promise<Record<string, string>>): Promise<Record<string, string>> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new Failure(EXIT.failed, 'nobody came back from the sign-in page', 'Begin again.'));
  const timer = setTimeout(giveUp, LIMITS.authorizationSeconds * 1_000);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};
