/** What functions/sync and functions/mail are given besides: they open credentials and mailboxes. */
import { egressPolicy } from '../shared/egress/policy.ts';
import type { BaseDeps } from '../shared/service/deps.ts';
import type { MailboxDeps } from '../shared/service/mailbox-deps.ts';
import { once } from '../shared/vault/once.ts';
import { type Keyring, vaultOf } from '../shared/vault/vault.ts';
import { baseDeps, keyStoreOf, needKmsKey } from './base-deps.ts';
import { eventBus } from './event-bus.ts';
import { lambdaFunctions } from './rule-functions.ts';
import { readSettings, type Settings } from './settings.ts';

/** `deadline` is an invocation's own, and set there. */
export const mailboxDeps = (): MailboxDeps => {
  const settings = readSettings();
  const base = baseDeps(settings);
  const vault = vaultOf(keyringOfKms(settings, base));
  return {
    ...base,
    sealer: vault,
    vault,
    egress: egressPolicy({ ports: settings.allowedPorts, networks: settings.allowedNetworks }),
    ...(settings.eventBusName === undefined ? {} : { putEvents: eventBus(settings.eventBusName) }),
    functions: lambdaFunctions(settings.ruleFunctions),
    providers: settings.oauthProviders,
    deadline: () => 0,
  };
};

/** The client of KMS is loaded with the first credential that is opened. */
const keyringOfKms = (settings: Settings, { table, now }: Pick<BaseDeps, 'table' | 'now'>): Keyring => {
  const keyId = needKmsKey(settings);
  const { vaultKeyNotBefore: notBefore } = settings;
  const ring = once(async () => {
    const [{ connectKms }, { kmsKeyring }] = await Promise.all([
      import('../shared/vault/connect-kms.ts'),
      import('../shared/vault/kms-keyring.ts'),
    ]);
    const options = { kms: connectKms(), keyId, store: keyStoreOf(table), now };
    return kmsKeyring({ ...options, ...(notBefore === undefined ? {} : { notBefore }) });
  });
  return {
    publicKey: async () => await (await ring()).publicKey(),
    privateKey: async (kid) => await (await ring()).privateKey(kid),
  };
};
