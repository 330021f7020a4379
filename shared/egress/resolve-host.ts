/**
 * A host name is resolved once, every address of it checked, and the connection made to a checked address: so a second
 * answer of the name server cannot lead elsewhere. Errors tell nothing of what listens where.
 */
import { isIP } from 'node:net';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { systemNames } from './name-server.ts';
import type { EgressPolicy } from './policy.ts';

const SYSTEM = systemNames();

/** The address to connect to. Throws `imap.host-not-found` or `imap.host-refused`, before anything is sent to the host. */
export const resolveHost = async (policy: EgressPolicy, host: string, port: number): Promise<string> => {
  if (policy.ports !== 'any' && !policy.ports.includes(port)) {
    const ports = policy.ports.join(', ');
    throw new MailyardError('imap.host-refused', `port ${port} may not be connected to; use one of ${ports}`, {
      fields: [{ pointer: '/port', detail: `must be one of ${ports}` }],
    });
  }
  return await resolveAddress(policy, host);
};

/** The same without a look at the port. */
export const resolveAddress = async (policy: EgressPolicy, host: string): Promise<string> => {
  if (isAddressInDisguise(host)) {
    throw refused('must be a host name or an address in its usual form, as in 192.0.2.1 or 2001:db8::1');
  }
  const addresses = isIP(host) === 0 ? await askForAddresses(policy, host) : [host];
  const [first] = addresses;
  // One forbidden address is enough: a name that leads to both is no mail server but an attempt.
  if (first === undefined || !addresses.every((address) => policy.allows(address, host))) {
    throw refused('must be a mail server on a public address');
  }
  return first;
};

const askForAddresses = async (policy: EgressPolicy, host: string): Promise<readonly string[]> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the name server took too long')), LIMITS.resolveSeconds * 1_000);
  try {
    const addresses = await Promise.race([(policy.names ?? SYSTEM).addresses(host), late]);
    return addresses.slice(0, LIMITS.addressesPerHostMax + 1);
  } catch (cause) {
    throw new MailyardError('imap.host-not-found', 'the host name does not resolve', {
      cause,
      fields: [{ pointer: '/host', detail: 'does not resolve to an address; check its spelling' }],
    });
  } finally {
    clearTimeout(timer);
  }
};

/** What a resolver takes for an IPv4 address though it does not look like one: 0x7f.1, 017700000001, 2130706433, １２７.1. */
const isAddressInDisguise = (host: string): boolean => {
  if (isIP(host) !== 0) return host.includes('%');
  const name = host
    .normalize('NFKC')
    .replace(/[。．｡]/g, '.')
    .replace(/\.+$/, '');
  const last = name.slice(name.lastIndexOf('.') + 1);
  return name === '' || isIP(name) !== 0 || name.includes(':') || /^(\d+|0x[0-9a-f]*)$/i.test(last);
};

const refused = (detail: string): MailyardError =>
  new MailyardError('imap.host-refused', 'the host has no address that may be connected to', {
    fields: [{ pointer: '/host', detail }],
  });
