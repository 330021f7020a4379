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

/** The deployed service's: public addresses, IMAP's two ports. */
export const PUBLIC_ONLY: EgressPolicy = { ports: [993, 143], allows: (address) => isPublic(address) };

/** Global unicast, seen through IPv4-mapped notation; no private, loopback, link-local, CGNAT, ULA, NAT64 or 6to4 range. */
export const isPublic = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast';
};

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
  const addresses = await lookup(host, { all: true }).catch((cause: unknown) => {
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
