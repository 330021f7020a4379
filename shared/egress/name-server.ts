/** What is asked of the domain name system: addresses to connect to, and what a domain says of its mail servers. */
import { lookup, Resolver } from 'node:dns/promises';
import { LIMITS } from '../limits.ts';

export type Srv = { readonly name: string; readonly port: number; readonly priority: number; readonly weight: number };

export type NameServer = {
  /** Every address of a name, those to be tried first in front. Rejects where there is none. */
  readonly addresses: (host: string) => Promise<readonly string[]>;
  /** SRV records (RFC 2782); empty where there are none. */
  readonly srv: (name: string) => Promise<readonly Srv[]>;
  /** Names of the mail exchangers, the preferred first; empty where there are none. */
  readonly mx: (domain: string) => Promise<readonly string[]>;
};

/** The system's resolver, hosts file included, for addresses; its name servers, or those given, for records. */
export const systemNames = (servers?: readonly string[]): NameServer => {
  const resolver = new Resolver({ timeout: LIMITS.resolveSeconds * 500, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    // IPv4 first: a Lambda outside a VPC has no way out over IPv6, and many a laptop has none either.
    addresses:
      servers === undefined
        ? async (host) => (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address)
        : (host) => addressesBy(resolver, host),
    srv: (name) => resolver.resolveSrv(name).catch(noRecords),
    mx: async (domain) =>
      (await resolver.resolveMx(domain).catch(noRecords))
        .toSorted((a, b) => a.priority - b.priority)
        .map(({ exchange }) => exchange),
  };
};

const addressesBy = async (resolver: Resolver, host: string): Promise<string[]> => {
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length === 0) throw v4.status === 'rejected' ? v4.reason : new Error('the name has no address');
  return addresses;
};

/** A domain that says nothing, or whose servers do not answer, has no records for us. */
const noRecords = (): never[] => [];
