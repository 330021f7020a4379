/** What functions/sync and functions/mail are given besides: they open credentials and mailboxes. */
import { egressPolicy } from '../shared/imap/egress.ts';
import type { MailboxDeps } from '../shared/service/mailbox-deps.ts';
import { vaultOf } from '../shared/vault/credential.ts';
import { connectKms, kmsKeyring } from '../shared/vault/kms-keyring.ts';
import { baseDeps, keyStoreOf, needKmsKey } from './base-deps.ts';
import { readSettings } from './settings.ts';

/** `deadline` is an invocation's own, and set there. */
export const mailboxDeps = (): MailboxDeps => {
  const settings = readSettings();
  const base = baseDeps(settings);
  const vault = vaultOf(kmsKeyring(connectKms(), needKmsKey(settings), keyStoreOf(base.table)));
  return {
    ...base,
    sealer: vault,
    vault,
    egress: egressPolicy({ ports: settings.allowedPorts, networks: settings.allowedNetworks }),
    deadline: () => 0,
  };
};
