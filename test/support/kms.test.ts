import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  InvalidCiphertextException,
  KMSClient,
  NotFoundException,
} from '@aws-sdk/client-kms';
import { type Kms, startKms } from './kms.ts';

let kms: Kms;
let client: KMSClient;
before(async () => {
  kms = await startKms();
  client = new KMSClient(kms.clientConfig);
});
after(async () => {
  client.destroy();
  await kms.stop();
});

const context = { tenant: 't1', purpose: 'credential' };

test('what was encrypted is decrypted under the same context, whatever its order', async () => {
  const Plaintext = Buffer.from('secret');
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId: kms.keyId, Plaintext, EncryptionContext: context }),
  );
  const opened = await client.send(
    new DecryptCommand({ CiphertextBlob, EncryptionContext: { purpose: 'credential', tenant: 't1' } }),
  );
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext);
  assert.equal(opened.KeyId, kms.keyId);
});

test('another context, another byte or no ciphertext at all is refused as the real service does', async () => {
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId: kms.keyId, Plaintext: Buffer.from('x'), EncryptionContext: context }),
  );
  const changed = Uint8Array.from(CiphertextBlob ?? []);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  for (const input of [
    { CiphertextBlob, EncryptionContext: { ...context, tenant: 't2' } },
    { CiphertextBlob },
    { CiphertextBlob: changed, EncryptionContext: context },
    { CiphertextBlob: new Uint8Array([1, 2, 3]), EncryptionContext: context },
  ]) {
    await assert.rejects(client.send(new DecryptCommand(input)), InvalidCiphertextException);
  }
});

test('a data key comes in the clear and encrypted', async () => {
  const made = await client.send(new GenerateDataKeyCommand({ KeyId: kms.keyId, KeySpec: 'AES_256' }));
  const opened = await client.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
  assert.equal(made.Plaintext?.length, 32);
  assert.deepEqual(opened.Plaintext, made.Plaintext);
});

test('an unknown key is not found, and calls are counted', async () => {
  const before = kms.calls['GenerateDataKey'] ?? 0;
  const KeyId = kms.keyId.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  await assert.rejects(client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })), NotFoundException);
  assert.equal(kms.calls['GenerateDataKey'], before + 1);
});
