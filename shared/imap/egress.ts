/**
 * Where connections may go. A host name is resolved once, the address checked, and the connection made to that very
 * address, so that a second answer of the name server cannot lead elsewhere.
 */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { MailyardError } from '../errors.ts';

export type EgressPolicy = {
  readonly ports: readonly number[] | 'any';
  /** Whether this address may be connected to; `host` is the name it was asked by. */
  readonly allows: (address: string, host: string) => boolean;
};

/** Public addresses and IMAP's two ports; an operator may add networks (CIDR) and ports, for a mail server of their own. */
export const egressPolicy = (
  options: { readonly ports?: readonly number[]; readonly networks?: readonly string[] } = {},
): EgressPolicy => {
  const networks = (options.networks ?? []).map((text) => ipaddr.parseCIDR(text));
  return {
    ports: [993, 143, ...(options.ports ?? [])],
    allows: (address) => isPublic(address) || networks.some((network) => isWithin(address, network)),
  };
};

const isWithin = (address: string, [network, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number]): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const seen = ipaddr.process(address);
  return seen.kind() === network.kind() && seen.match(network, bits);
};

/** Global unicast, seen through IPv4-mapped notation; no private, loopback, link-local, CGNAT, ULA, NAT64 or 6to4 range. */
export const isPublic = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
};

/** All that IANA gives out of IPv6 (RFC 4291 section 2.4); outside lie the old IPv4-compatible addresses, ::127.0.0.1 too. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** The address to connect to. Throws `imap.host-not-found` or `imap.host-refused`. */
export const resolveHost = async (policy: EgressPolicy, host: string, port: number): Promise<string> => {
  if (policy.ports !== 'any' && !policy.ports.includes(port)) {
    throw new MailyardError(
      'imap.host-refused',
      `port ${port} may not be connected to; use ${policy.ports.join(' or ')}`,
      {
        fields: [{ pointer: '/port', detail: `must be one of ${policy.ports.join(', ')}` }],
      },
    );
  }
  // IPv4 first: a Lambda outside a VPC has no way out over IPv6, and many a laptop has none either.
  const addresses = await lookup(host, { all: true, order: 'ipv4first' }).catch((cause: unknown) => {
    throw new MailyardError('imap.host-not-found', 'the host name does not resolve', {
      cause,
      fields: [{ pointer: '/host', detail: 'does not resolve to an address; check its spelling' }],
    });
  });
  const allowed = addresses.find(({ address }) => policy.allows(address, host));
  if (allowed === undefined) {
    throw new MailyardError('imap.host-refused', 'the host has no address that may be connected to', {
      fields: [{ pointer: '/host', detail: 'must be a mail server on a public address' }],
    });
  }
  return allowed.address;
};
