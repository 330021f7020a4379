/**
 * Finds the mail server of an address: known providers, Mozilla's autoconfig files, SRV records (RFC 6186), and who takes the
 * domain's mail (MX). Nothing is believed further than that a login may be tried there, over verified TLS.
 */
import { domainToASCII } from 'node:url';
import { type GuardedFetch, guardedFetch } from '../egress/guarded-fetch.ts';
import { type NameServer, systemNames } from '../egress/name-server.ts';
import { resolveAddress } from '../egress/resolve-host.ts';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { MailPlace } from '../mail/mail-place.ts';
import { parseAutoconfig } from '../mail/parse-autoconfig.ts';
import { type MailProvider, providerOfDomain, providerOfExchanger, providerOfHost } from '../mail/providers.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

export type DiscoverySource = 'provider' | 'autoconfig' | 'srv' | 'mx' | 'guess';
export type DiscoveredServer = MailPlace & {
  readonly source: DiscoverySource;
  /** Of a known provider: its name, where an app password is made, and its sign-in page if there is one. */
  readonly provider?: Pick<MailProvider, 'name' | 'passwordPage' | 'oauth'>;
};

export type DiscoverDeps = Pick<MailboxDeps, 'egress'> & { readonly fetch?: GuardedFetch };

/** The likeliest first, none twice; empty where nothing is known. Throws `validation.failed`. */
export const discoverServer = async (deps: DiscoverDeps, address: string): Promise<DiscoveredServer[]> => {
  const domain = domainToASCII(address.slice(address.lastIndexOf('@') + 1).trim());
  if (domain === '' || !domain.includes('.') || domain.length > LIMITS.hostCharsMax) {
    throw new MailyardError('validation.failed', 'the address has no domain', {
      fields: [{ pointer: '/address', detail: 'must end in @ and a domain such as example.org' }],
    });
  }
  const provider = providerOfDomain(domain);
  if (provider !== undefined) return [placeOfProvider(provider, address, 'provider')];
  const names = deps.egress.names ?? systemNames();
  const fetch = deps.fetch ?? guardedFetch(deps.egress);
  const asked = { names, fetch, address, domain };
  const found = await Promise.all([byAutoconfig(asked, domain), bySrv(asked), byExchanger(asked)].map(inTime));
  const known = distinct(found.flat());
  return known.length > 0 ? known : await inTime(byGuess(deps, address, domain));
};

type Asked = {
  readonly names: NameServer;
  readonly fetch: GuardedFetch;
  readonly address: string;
  readonly domain: string;
};

/** One source that is slow or fails keeps none of the others from being told. */
const inTime = async (search: Promise<DiscoveredServer[]>): Promise<DiscoveredServer[]> => {
  const { promise: late, resolve } = Promise.withResolvers<DiscoveredServer[]>();
  const timer = setTimeout(() => resolve([]), LIMITS.discoverSeconds * 1_000);
  try {
    return await Promise.race([search.catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The domain's own word before what others collected of it. The address itself is told to its own domain alone. */
const byAutoconfig = async ({ fetch, address }: Asked, domain: string): Promise<DiscoveredServer[]> => {
  const query = `?emailaddress=${encodeURIComponent(address)}`;
  const files = await Promise.all(
    [
      `https://autoconfig.${domain}/mail/config-v1.1.xml${query}`,
      `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
      `${ISPDB}${domain}`,
    ].map((url) => fileAt(fetch, url)),
  );
  return files.flatMap((xml) => told(parseAutoconfig(xml, address), 'autoconfig'));
};

const ISPDB = 'https://autoconfig.thunderbird.net/v1.1/';

const fileAt = async (fetch: GuardedFetch, url: string): Promise<string> => {
  try {
    const response = await fetch(url, { headers: { accept: 'text/xml, application/xml' } });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
};

/** RFC 6186 section 3.2; a target of `.` says that the service is not offered. */
const bySrv = async ({ names, domain, address }: Asked): Promise<DiscoveredServer[]> => {
  const [imaps, imap] = await Promise.all([names.srv(`_imaps._tcp.${domain}`), names.srv(`_imap._tcp.${domain}`)]);
  const places = [
    ...imaps.map((record) => ({ ...record, tls: 'implicit' as const })),
    ...imap.map((record) => ({ ...record, tls: 'starttls' as const })),
  ]
    .filter(({ name }) => name !== '' && name !== '.')
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
    .slice(0, LIMITS.discoveredServersMax);
  return told(
    places.map(({ name, port, tls }) => ({ host: name.toLowerCase(), port, tls, user: address, passwords: true })),
    'srv',
  );
};

/** Who takes a domain's mail mostly keeps it, too. */
const byExchanger = async (asked: Asked): Promise<DiscoveredServer[]> => {
  const [exchanger = ''] = (await asked.names.mx(asked.domain)).filter((name) => name !== '' && name !== '.');
  if (exchanger === '') return [];
  const provider = providerOfExchanger(exchanger);
  if (provider !== undefined) return [placeOfProvider(provider, asked.address, 'mx')];
  const domain = exchanger.toLowerCase().split('.').slice(-2).join('.');
  if (domain === asked.domain) return [];
  const file = await fileAt(asked.fetch, `${ISPDB}${domain}`);
  return told(parseAutoconfig(file, asked.address), 'mx');
};

/** Names that many use, where they lead to an address that may be connected to. */
const byGuess = async ({ egress }: DiscoverDeps, address: string, domain: string): Promise<DiscoveredServer[]> => {
  const hosts = [`imap.${domain}`, `mail.${domain}`];
  const there = await Promise.all(
    hosts.map((host) =>
      resolveAddress(egress, host).then(
        () => [host],
        () => [],
      ),
    ),
  );
  const places = there
    .flat()
    .map((host) => ({ host, port: 993, tls: 'implicit' as const, user: address, passwords: true }));
  return told(places, 'guess');
};

const told = (places: readonly MailPlace[], source: DiscoverySource): DiscoveredServer[] =>
  places.map((place) => {
    const provider = providerOfHost(place.host);
    return { ...place, source, ...(provider === undefined ? {} : { provider: shown(provider) }) };
  });

const placeOfProvider = (provider: MailProvider, address: string, source: DiscoverySource): DiscoveredServer => ({
  host: provider.host,
  port: 993,
  tls: 'implicit',
  user: address,
  passwords: provider.passwords,
  source,
  provider: shown(provider),
});

const shown = ({ name, passwordPage, oauth }: MailProvider) => ({
  name,
  ...(passwordPage === undefined ? {} : { passwordPage }),
  ...(oauth === undefined ? {} : { oauth }),
});

const distinct = (servers: readonly DiscoveredServer[]): DiscoveredServer[] => {
  const keyOf = ({ host, port, tls }: DiscoveredServer) => `${host} ${port} ${tls}`;
  return servers
    .filter((server, i) => servers.findIndex((one) => keyOf(one) === keyOf(server)) === i)
    .slice(0, LIMITS.discoveredServersMax);
};
