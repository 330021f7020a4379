/** What every function is given: table, queue, clock, log. Nothing here can open a credential. */
import type { BaseDeps } from '../shared/service/deps.ts';
import { newId } from '../shared/service/new-id.ts';
import { connectTable, type Table } from '../shared/store/table.ts';
import {
  putNewWrappedRequestKey,
  putVaultKeys,
  readVaultKeys,
  readWrappedRequestKey,
} from '../shared/store/vault-keys.ts';
import { sealerOf } from '../shared/vault/credential.ts';
import { once } from '../shared/vault/once.ts';
import { publicKeyringOf, type WrappedKeyStore } from '../shared/vault/public-keyring.ts';
import type { RequestKey } from '../shared/vault/request-key.ts';
import { functionLog } from './log.ts';
import { readSettings, type Settings } from './settings.ts';

export const baseDeps = (settings: Settings = readSettings()): BaseDeps => {
  const table = connectTable(settings.tableName);
  // Loaded with the first message: most invocations send none.
  const queue = once(async () => (await import('./check-queue.ts')).checkQueue(settings));
  return {
    table,
    now: Date.now,
    newId,
    log: functionLog(settings.serviceName),
    sendChecks: async (messages) => await (await queue()).send(messages),
    sealer: sealerOf(publicKeyringOf(keyStoreOf(table))),
    schedule: settings.schedule,
    hasEventBus: settings.eventBusName !== undefined,
    ...(settings.ruleFunctionNames === undefined ? {} : { functionNames: settings.ruleFunctionNames }),
  };
};

export const keyStoreOf = (table: Table): WrappedKeyStore => ({
  read: () => readVaultKeys(table),
  put: (keys) => putVaultKeys(table, keys),
});

/** Asked of KMS when the first request with an Idempotency-Key comes; its client is loaded then. */
export const requestKeyOf = (table: Table, settings: Settings): RequestKey => {
  const keyId = needKmsKey(settings);
  const ofKms = once(async () => {
    const [{ connectKms }, { kmsRequestKey }] = await Promise.all([
      import('../shared/vault/connect-kms.ts'),
      import('../shared/vault/kms-request-key.ts'),
    ]);
    return kmsRequestKey(connectKms(), keyId, {
      read: () => readWrappedRequestKey(table),
      putNew: (wrapped) => putNewWrappedRequestKey(table, wrapped),
    });
  });
  return async () => await (await ofKms())();
};

export const needKmsKey = ({ kmsKeyId }: Settings): string => {
  if (kmsKeyId === undefined) throw new Error('the setting KMS_KEY_ID is missing');
  return kmsKeyId;
};
