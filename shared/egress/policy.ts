/** Where connections may go: which addresses and which ports. A value that the operator makes, never a global switch. */
import ipaddr from 'ipaddr.js';
import type { NameServer } from './name-server.ts';

export type EgressPolicy = {
  readonly ports: readonly number[] | 'any';
  /** Whether this address may be connected to; `host` is the name it was asked by. */
  readonly allows: (address: string, host: string) => boolean;
  /** For what is fetched by HTTPS (guarded-fetch.ts): ports beside 443, and a CA (PEM) beside the public ones. */
  readonly https?: { readonly ports?: readonly number[]; readonly ca?: string };
  /** Who answers for names; the system's own resolver where absent. */
  readonly names?: NameServer;
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

/**
 * Global unicast, seen through IPv4-mapped notation; no private, loopback, link-local, CGNAT, ULA, NAT64 or 6to4 range
 * (IANA's special-purpose registries, RFC 6890), and no cloud's own service address.
 */
export const isPublic = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString() !== AZURE_WIRE_SERVER;
  return parsed.match(GLOBAL_UNICAST) && !parsed.match(OLD_6BONE);
};

/** All that IANA gives out of IPv6 (RFC 4291 section 2.4); outside lie the old IPv4-compatible addresses, ::127.0.0.1 too. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Given back (RFC 3701), so that nobody answers for it. */
const OLD_6BONE = ipaddr.IPv6.parseCIDR('3ffe::/16');
/** A public address on which each Azure machine finds its host's agent. */
const AZURE_WIRE_SERVER = '168.63.129.16';
