/** What every function is given: table, queue, clock, log. Nothing here can open a credential. */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { BaseDeps, CheckMessage } from '../shared/service/deps.ts';
import { newId } from '../shared/service/new-id.ts';
import { connectTable, type Table } from '../shared/store/table.ts';
import { putVaultKeys, readVaultKeys } from '../shared/store/vault-keys.ts';
import { sealerOf } from '../shared/vault/credential.ts';
import { publicKeyringOf, type WrappedKeyStore } from '../shared/vault/public-keyring.ts';
import { functionLog } from './log.ts';
import { readSettings, type Settings } from './settings.ts';

export const baseDeps = (settings: Settings = readSettings()): BaseDeps => {
  const table = connectTable(settings.tableName);
  return {
    table,
    now: Date.now,
    newId,
    log: functionLog(settings.serviceName),
    sendChecks: sendChecksTo(new SQSClient({}), settings.queueUrl),
    sealer: sealerOf(publicKeyringOf(keyStoreOf(table))),
    ...(settings.ruleFunctionNames === undefined ? {} : { functionNames: settings.ruleFunctionNames }),
  };
};

export const keyStoreOf = (table: Table): WrappedKeyStore => ({
  read: () => readVaultKeys(table),
  put: (keys) => putVaultKeys(table, keys),
});

const ENTRIES_MAX = 10;

/** Ten messages a call; one that SQS did not take makes the whole call fail, and the next tick finds the accounts again. */
export const sendChecksTo =
  (sqs: SQSClient, queueUrl: string) =>
  async (messages: readonly CheckMessage[]): Promise<void> => {
    for (let from = 0; from < messages.length; from += ENTRIES_MAX) {
      const Entries = messages
        .slice(from, from + ENTRIES_MAX)
        .map((message, i) => ({ Id: String(i), MessageBody: JSON.stringify(message) }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`SQS did not take ${Failed.length} messages`);
    }
  };
