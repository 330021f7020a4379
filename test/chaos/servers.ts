/** A Dovecot a profile, started when first asked for; any user may log in, and finds an empty mailbox. */
import { startDovecot } from '../support/dovecot.ts';
import { freePorts } from '../support/free-port.ts';
import { doveadmService, doveadmServiceConfig } from './doveadm-service.ts';
import type { ChaosServer } from './live.ts';
import { type Profile, profileNamed } from './profiles.ts';

const PASSWORD = 'secret';
const API_KEY = 'key';

/** What another process needs to use a running server. */
export type ServerAddress = {
  readonly profile: string;
  readonly plainPort: number;
  readonly doveadmPort: number;
  readonly dir: string;
};

export type ChaosServers = {
  readonly addressOf: (profile: Profile) => Promise<ServerAddress>;
  readonly stop: () => Promise<void>;
};

export const chaosServers = (): ChaosServers => {
  const started = new Map<string, Promise<{ readonly address: ServerAddress; readonly stop: () => Promise<void> }>>();
  return {
    addressOf: async (profile) => {
      const starting = started.get(profile.name) ?? startServer(profile);
      started.set(profile.name, starting);
      return (await starting).address;
    },
    stop: async () => {
      const all = await Promise.allSettled(started.values());
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    },
  };
};

/** A Dovecot with `doveadmService`; any user may log in. */
export const startServer = async (profile: Pick<Profile, 'name' | 'capability' | 'extra'>) => {
  const [doveadmPort] = (await freePorts(1)) as [number];
  const anyUser = `passdb {\n  driver = static\n  args = password=${PASSWORD}\n}`;
  const server = await startDovecot({
    users: {},
    ...(profile.capability === undefined ? {} : { capability: profile.capability }),
    extra: [anyUser, doveadmServiceConfig(doveadmPort, API_KEY), profile.extra ?? ''].join('\n'),
  });
  const { plainPort, dir } = server;
  return { address: { profile: profile.name, plainPort, doveadmPort, dir }, stop: server.stop };
};

export const serverAt = (
  { profile, plainPort, doveadmPort, dir }: ServerAddress,
  { oddities }: Pick<Profile, 'oddities'> = profileNamed(profile),
): ChaosServer => ({ plainPort, dir, password: PASSWORD, doveadm: doveadmService(doveadmPort, API_KEY), oddities });
