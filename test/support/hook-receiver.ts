/** What receives webhooks: an HTTPS server on loopback under a CA of the test, which answers as the test says. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { EgressPolicy } from '../../shared/egress/policy.ts';
import { watch } from './canary.ts';
import { createCertificate } from './certificates.ts';
import { textOf } from './request-text.ts';

export type Received = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly accountId?: string;
    readonly data: Readonly<Record<string, never>>;
  };
};

export type HookReceiver = Awaited<ReturnType<typeof startHookReceiver>>;

/** An answer's status, `never` for none at all, or `stop` for a connection that is cut. */
export type Reply = number | 'never' | 'cut';

export const startHookReceiver = async () => {
  const { certPem, keyPem, caPem } = await createCertificate();
  const received: Received[] = [];
  const step: { reply: (received: Received) => Reply | Promise<Reply>; headers: Record<string, string> } = {
    reply: () => 204,
    headers: {},
  };
  const server = createServer({ cert: certPem, key: keyPem }, async (request, response) => {
    const body = await textOf(request);
    watch('event', [request.headers, body]);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const one: Received = { headers, body, event: JSON.parse(body) };
    received.push(one);
    const reply = await step.reply(one);
    if (reply === 'never') return;
    if (reply === 'cut') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply, step.headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/hook`,
    port,
    received,
    step,
    /** What goes to this server is let through; the rest as before. */
    egress: (before: EgressPolicy): EgressPolicy => ({ ...before, https: { ports: [port], ca: caPem } }),
    types: () => received.map(({ event }) => event.type),
    /** Throws unless the signature is right, by another implementation than ours. */
    verify: (secret: string, { headers, body }: Received): unknown => new Webhook(secret).verify(body, headers),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
