/** What functions/sync and functions/mail are given besides: they open credentials and mailboxes. */
import { egressPolicy } from '../shared/egress/policy.ts';
import type { MailboxDeps } from '../shared/service/mailbox-deps.ts';
import { connectKms } from '../shared/vault/connect-kms.ts';
import { kmsKeyring } from '../shared/vault/kms-keyring.ts';
import { vaultOf } from '../shared/vault/vault.ts';
import { baseDeps, keyStoreOf, needKmsKey } from './base-deps.ts';
import { eventBus } from './event-bus.ts';
import { lambdaFunctions } from './rule-functions.ts';
import { readSettings } from './settings.ts';

/** `deadline` is an invocation's own, and set there. */
export const mailboxDeps = (): MailboxDeps => {
  const settings = readSettings();
  const base = baseDeps(settings);
  const vault = vaultOf(
    kmsKeyring({
      kms: connectKms(),
      keyId: needKmsKey(settings),
      store: keyStoreOf(base.table),
      now: base.now,
      ...(settings.vaultKeyNotBefore === undefined ? {} : { notBefore: settings.vaultKeyNotBefore }),
    }),
  );
  return {
    ...base,
    sealer: vault,
    vault,
    egress: egressPolicy({ ports: settings.allowedPorts, networks: settings.allowedNetworks }),
    ...(settings.eventBusName === undefined ? {} : { putEvents: eventBus(settings.eventBusName) }),
    functions: lambdaFunctions(settings.ruleFunctions),
    providers: async () => settings.oauthProviders,
    deadline: () => 0,
  };
};
