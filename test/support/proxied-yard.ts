/** A yard whose mail server stands behind a line that can be odd, or be cut. */
import { startTlsProxy } from '../chaos/tls-proxy.ts';
import { createCertificate } from './certificates.ts';
import { type DovecotOptions, startDovecot } from './dovecot.ts';
import { dovecotOracle } from './dovecot-oracle.ts';
import { startYard } from './yard.ts';

export type ProxiedYard = Awaited<ReturnType<typeof startProxiedYard>>;

export const startProxiedYard = async (options: DovecotOptions) => {
  const server = await startDovecot(options);
  const proxy = await startTlsProxy(await createCertificate());
  const yard = await startYard();
  return {
    server,
    oracle: dovecotOracle(server),
    proxy,
    yard,
    stop: async (): Promise<void> => {
      await yard.stop();
      await proxy.stop();
      await server.stop();
    },
  };
};
