/** The slow wire that everything measured goes over, in a process of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.ts';
import type { TapCertificate, Tapped } from './command-tap.ts';
import type { Aim, ProxyCalls } from './delay-proxy-process.ts';

/** Bytes on the wire, TLS included; commands and turns only for what went through the tap. */
export type Traffic = {
  readonly connections: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** An estimate of the client's: what it sent in segments, the acknowledgements of what came, and TCP's own four. */
  readonly packetsUp: number;
} & Partial<Tapped>;

export type DelayProxy = {
  readonly port: number;
  readonly aim: (aim: Aim) => Promise<void>;
  /** What went by in `act`; connections opened before have come to their end. */
  readonly during: <Result>(act: () => Promise<Result>) => Promise<Result & { readonly traffic: Traffic }>;
  readonly stop: () => Promise<void>;
};

export const startDelayProxy = async (certificate: TapCertificate): Promise<DelayProxy> => {
  const child = await startChild<ProxyCalls>(new URL('./delay-proxy-process.ts', import.meta.url));
  const port = await child.call('open', certificate);
  let rttMs = 0;
  return {
    port,
    aim: async (aim) => {
      rttMs = aim.rttMs;
      await child.call('aim', aim);
    },
    during: async (act) => {
      // The end of a connection is on its way for as long as its bytes were.
      const settle = () => sleep(2 * rttMs + 20);
      await settle();
      await child.call('take');
      const result = await act();
      await settle();
      return { ...result, traffic: await child.call('take') };
    },
    stop: child.stop,
  };
};
