/** Where a laptop's Mailyard may connect to: this machine, the hosts that its owner named, and any with --allow-net. */
import ipaddr from 'ipaddr.js';
import type { EgressPolicy } from '../shared/egress/policy.ts';

export const localEgress = (options: {
  readonly allowNet: boolean;
  readonly hosts: readonly string[];
}): EgressPolicy => {
  const hosts = new Set(options.hosts.map((host) => host.toLowerCase()));
  return {
    ports: 'any',
    allows: (address, host) =>
      options.allowNet ||
      hosts.has(host.toLowerCase()) ||
      (ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'),
  };
};
