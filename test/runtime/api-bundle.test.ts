/** What functions/api is made of, and what it is given: enough to seal, nothing that opens. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { keyStoreOf } from '../../functions/base-deps.ts';
import { esbuildOptions } from '../../infra/bundling.ts';
import { connectKms } from '../../shared/vault/connect-kms.ts';
import { sealerOf } from '../../shared/vault/credential.ts';
import { kmsKeyring } from '../../shared/vault/kms-keyring.ts';
import { publicKeyringOf } from '../../shared/vault/public-keyring.ts';
import { vaultOf } from '../../shared/vault/vault.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';
import { type Kms, startKms } from '../support/kms.ts';

let database: TestTable;
let kms: Kms;
before(async () => {
  [database, kms] = await Promise.all([startTable(), startKms()]);
});
after(async () => {
  await database?.stop();
  await kms?.stop();
});

/** Sources that are in the bundle with at least a byte. */
const partsOf = async (name: string): Promise<string[]> => {
  const { metafile } = await build({
    ...esbuildOptions(`functions/${name}.ts`, 'out.mjs'),
    write: false,
    metafile: true,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
};
/** What opens: our own code, and the half of jose that decrypts. KMS's client is there for the key that recognises requests. */
const OPENS = /shared\/vault\/(vault|kms-keyring|key-ring|key-pair)\.ts|jose\/.*(decrypt|unwrap)/;
const SEALS = /shared\/vault\/credential\.ts|jose\/.*encrypt/;

test('the code of functions/api can seal and not open; that of functions/mail can both', async () => {
  const [api, mail] = [await partsOf('api'), await partsOf('mail')];
  assert.deepEqual(
    api.filter((file) => OPENS.test(file)),
    [],
  );
  assert.ok(api.some((file) => SEALS.test(file)));
  assert.ok(mail.filter((file) => OPENS.test(file)).length >= 4, 'the search finds what it looks for');
});

test('what it seals in one process is opened by the functions that may, and the private key never reaches it', async () => {
  const store = keyStoreOf(database.table);
  const opener = vaultOf(kmsKeyring({ kms: connectKms(kms.clientConfig), keyId: kms.keyId, store, now: Date.now }));
  const binding = { tenant: 'acme', accountId: 'a1' };
  await opener.seal({}, binding);
  const read: unknown[] = [];
  const watched = {
    ...store,
    read: async () => {
      const keys = await store.read();
      read.push(keys);
      return keys;
    },
  };
  const sealed = await sealerOf(publicKeyringOf(watched)).seal({ kind: 'password', password: 'canary' }, binding);
  assert.deepEqual(await opener.open(sealed, binding), { kind: 'password', password: 'canary' });
  assert.doesNotMatch(JSON.stringify(read), /\\"d\\":/);
  assert.deepEqual({ ...kms.calls }, { Encrypt: 1 });
});
