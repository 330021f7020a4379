/** Many accounts on one mail server behind a slow line, with the functions' surroundings: table, KMS, and meters before them. */
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { EncryptCommand } from '@aws-sdk/client-kms';
import { keyStoreOf } from '../functions/base-deps.ts';
import { LIMITS } from '../shared/limits.ts';
import { putNewAccount } from '../shared/store/accounts.ts';
import { type AccountRef, createHead, headKey, readHead } from '../shared/store/head.ts';
import { ensureTable } from '../shared/store/schema.ts';
import type { Table } from '../shared/store/table.ts';
import { putItems } from '../shared/store/write-batch.ts';
import { pollGroupOf } from '../shared/sync/due.ts';
import { connectKms } from '../shared/vault/connect-kms.ts';
import { kmsKeyring } from '../shared/vault/kms-keyring.ts';
import { vaultOf } from '../shared/vault/vault.ts';
import { createCertificate, type ServerCertificate } from '../test/support/certificates.ts';
import { startDovecot } from '../test/support/dovecot.ts';
import { type Kms, startKms } from '../test/support/kms.ts';
import { openBenchTable, startDatabase } from './database.ts';
import { type DelayProxy, startDelayProxy } from './delay-proxy.ts';
import { fillWide } from './fixture-mail.ts';
import { type MeteringProxy, startMeteringProxy } from './metering-proxy.ts';
import type { NaiveAccount } from './naive/poll.ts';

export type CostStage = {
  readonly table: Table;
  readonly meter: MeteringProxy;
  readonly kms: Kms;
  readonly line: DelayProxy;
  readonly refs: readonly AccountRef[];
  /** From the next connection on. */
  readonly slowLine: (rttMs: number) => Promise<void>;
  /** What a function is told. */
  readonly environment: Readonly<Record<string, string>>;
  /** Each account as `first` is now: what a first sync of its own would come to, as all have the same mail. */
  readonly levelWith: (first: AccountRef) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export const FOLDERS = 57;
const SEED = 20_260_101;
const PASSWORD = 'bench-password';
const userOf = (n: number): string => `user${n}`;

/** `accounts` users, whose homes are one mailbox on disk: quiet checks only read it. */
const startServer = async (accounts: number, certificate: ServerCertificate) => {
  const users = Object.fromEntries(Array.from({ length: accounts }, (_, n) => [userOf(n), PASSWORD]));
  const server = await startDovecot({ users, certificate });
  await fillWide(server.plainPort, { user: userOf(0), password: PASSWORD }, SEED, FOLDERS);
  for (let n = 1; n < accounts; n += 1) symlinkSync(userOf(0), path.join(server.dir, 'home', userOf(n)));
  return server;
};

export const startCostStage = async (accounts: number): Promise<CostStage> => {
  const ends: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const certificate = await createCertificate('good');
    const server = await startServer(accounts, certificate);
    ends.push(() => server.stop());
    const line = await startDelayProxy(certificate);
    ends.push(line.stop);
    await line.aim({ port: server.port, rttMs: 0, tap: false });
    const database = await startDatabase();
    ends.push(database.stop);
    const place = await database.newTable();
    const meter = await startMeteringProxy(place.endpoint);
    ends.push(meter.stop);
    const kms = await startKms();
    ends.push(kms.stop);
    const table = openBenchTable(place);
    ends.push(() => table.client.destroy());
    await ensureTable(table);
    const refs = await addAccounts(table, kms, { accounts, port: line.port, ca: certificate.caPem });
    const environment = {
      TABLE_NAME: place.name,
      QUEUE_URL: 'http://127.0.0.1:1/checks',
      LONG_QUEUE_URL: 'http://127.0.0.1:1/long',
      KMS_KEY_ID: kms.keyId,
      ALLOWED_NETWORKS: '127.0.0.0/8',
      ALLOWED_PORTS: String(line.port),
      AWS_ENDPOINT_URL_DYNAMODB: meter.endpoint,
      AWS_ENDPOINT_URL_KMS: kms.clientConfig.endpoint,
      POWERTOOLS_SERVICE_NAME: 'mailyard-sync',
    };
    const slowLine = (rttMs: number) => line.aim({ port: server.port, rttMs, tap: false });
    return {
      slowLine,
      table,
      meter,
      kms,
      line,
      refs,
      environment,
      levelWith: (first) => levelWith(table, refs, first),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

type Where = { readonly accounts: number; readonly port: number; readonly ca: string };

/** Each for ours and for the naive design. */
const addAccounts = async (table: Table, kms: Kms, { accounts, port, ca }: Where): Promise<AccountRef[]> => {
  const client = connectKms(kms.clientConfig);
  const ring = kmsKeyring({ kms: client, keyId: kms.keyId, store: keyStoreOf(table), now: Date.now });
  const vault = vaultOf(ring);
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId: kms.keyId, Plaintext: Buffer.from(PASSWORD) }),
  );
  const refs: AccountRef[] = [];
  const naive: NaiveAccount[] = [];
  for (let n = 0; n < accounts; n += 1) {
    const ref = {
      tenant: `4b3d1c52-8a1e-4f6b-9a51-0c2f7e6d${n.toString(16).padStart(4, '0')}`,
      accountId: `account${n}`,
    };
    const server = { host: '127.0.0.1', port, user: userOf(n), ca };
    await putNewAccount(table, {
      ...server,
      name: 'Bench',
      tls: 'implicit',
      address: `${userOf(n)}@example.com`,
      pollSeconds: 60,
      applyToExisting: false,
      tenant: ref.tenant,
      id: ref.accountId,
      credential: await vault.seal({ kind: 'password', password: PASSWORD }, ref),
      revision: 1,
      createdAt: Date.now(),
      updatedAt: Date.now(),
    });
    await createHead(table, ref, pollGroupOf(ref.accountId, 60, LIMITS.pollShards));
    naive.push({ ...server, pk: `naive-${n}`, sk: 'naive', password: CiphertextBlob ?? new Uint8Array(), folders: '' });
    refs.push(ref);
  }
  await putItems(table, naive);
  client.destroy();
  return refs;
};

const levelWith = async (table: Table, refs: readonly AccountRef[], first: AccountRef): Promise<void> => {
  const head = await readHead(table, first);
  if (head?.firstSyncAt === undefined) throw new Error('the first account is not synced');
  const groupOf = ({ accountId }: AccountRef): string => pollGroupOf(accountId, 60, LIMITS.pollShards);
  await putItems(
    table,
    refs.map((ref) => ({ ...head, ...headKey(ref), pollGroup: groupOf(ref) })),
  );
};
