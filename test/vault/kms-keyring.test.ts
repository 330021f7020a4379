/** The key ring on real parts: DynamoDB's stand-in and KMS's, with the calls of KMS counted. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { keyStoreOf } from '../../functions/base-deps.ts';
import { putVaultKeys, readVaultKeys } from '../../shared/store/vault-keys.ts';
import { connectKms } from '../../shared/vault/connect-kms.ts';
import { sealerOf } from '../../shared/vault/credential.ts';
import { type KmsKeyringOptions, kmsKeyring } from '../../shared/vault/kms-keyring.ts';
import { publicKeyringOf } from '../../shared/vault/public-keyring.ts';
import { type Vault, vaultOf } from '../../shared/vault/vault.ts';
import { allItems } from '../api/api-under-test.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';
import { faultsOn } from '../support/faults.ts';
import { type Kms, startKms } from '../support/kms.ts';

const SECRET = { kind: 'password', password: 'canary of the vault' } as const;
const bindingOf = (n: number) => ({ tenant: 'acme', accountId: `a${n}` });

describe('the key ring of a deployment', () => {
  let database: TestTable;
  let kms: Kms;
  let nowMs: number;
  before(async () => {
    kms = await startKms();
  });
  after(() => kms.stop());
  beforeEach(async () => {
    database = await startTable();
    nowMs = 1_000_000;
    for (const name of Object.keys(kms.calls)) delete (kms.calls as Record<string, number>)[name];
  });
  afterEach(() => database.stop());

  /** A sandbox that starts cold. */
  const sandbox = (more: Partial<KmsKeyringOptions> = {}): Vault =>
    vaultOf(
      kmsKeyring({
        kms: connectKms(kms.clientConfig),
        keyId: kms.keyId,
        store: keyStoreOf(database.table),
        now: () => nowMs,
        ...more,
      }),
    );
  const calls = () => ({ ...kms.calls });

  it('asks KMS once a cold start, however many accounts are sealed and opened', async () => {
    const first = sandbox();
    const sealed = await Promise.all(Array.from({ length: 50 }, (_, n) => first.seal(SECRET, bindingOf(n))));
    assert.deepEqual(calls(), { Encrypt: 1 });
    const second = sandbox();
    await Promise.all(sealed.map((one, n) => second.open(one, bindingOf(n))));
    await second.seal(SECRET, bindingOf(1));
    assert.deepEqual(calls(), { Encrypt: 1, Decrypt: 1 });
  });

  it('is one, whoever makes it first', async () => {
    const sandboxes = Array.from({ length: 5 }, () => sandbox());
    const sealed = await Promise.all(sandboxes.map((vault, n) => vault.seal(SECRET, bindingOf(n))));
    for (const [n, one] of sealed.entries()) {
      for (const vault of sandboxes) assert.deepEqual(await vault.open(one, bindingOf(n)), SECRET);
    }
    assert.equal((await readVaultKeys(database.table))?.version, 1);
  });

  it('gets one new key when the operator asks, however many sandboxes start at once', async () => {
    const before = sandbox();
    const sealed = await before.seal(SECRET, bindingOf(1));
    nowMs += 5_000;
    const after = Array.from({ length: 5 }, () => sandbox({ notBefore: nowMs - 1 }));
    await Promise.all(after.map((vault) => vault.isCurrent(sealed)));
    for (const vault of after) {
      assert.equal(await vault.isCurrent(sealed), false);
      assert.deepEqual(await vault.open(sealed, bindingOf(1)), SECRET);
    }
    assert.equal((await readVaultKeys(database.table))?.version, 2);
    // A restart with the same setting changes nothing more, and costs one call.
    const callsBefore = calls();
    assert.equal(await sandbox({ notBefore: nowMs - 1 }).isCurrent(sealed), false);
    assert.equal((await readVaultKeys(database.table))?.version, 2);
    assert.equal(calls()['Decrypt'], (callsBefore['Decrypt'] ?? 0) + 1);
    assert.equal(calls()['Encrypt'], callsBefore['Encrypt']);
  });

  it('a warm sandbox finds the key that another made, and asks at most once a minute', async () => {
    const warm = sandbox();
    await warm.seal(SECRET, bindingOf(1));
    nowMs += 120_000;
    const newer = sandbox({ notBefore: nowMs });
    const sealed = await newer.seal(SECRET, bindingOf(1));
    assert.deepEqual(await warm.open(sealed, bindingOf(1)), SECRET);
    const asked = calls()['Decrypt'];
    const stray = sealed.replace(/^[^.]+/, (header) => {
      const claimed = JSON.parse(Buffer.from(header, 'base64url').toString());
      return Buffer.from(JSON.stringify({ ...claimed, kid: 'stray' })).toString('base64url');
    });
    for (let n = 0; n < 20; n += 1) await assert.rejects(warm.open(stray, bindingOf(1)), { code: 'vault.cannot-open' });
    assert.equal(calls()['Decrypt'], asked);
  });

  it('is asked for again after KMS or the table failed', async () => {
    const vault = sandbox();
    const faults = faultsOn(database.table);
    faults.set({
      before: () => {
        throw new Error('the database is ill');
      },
    });
    await assert.rejects(vault.seal(SECRET, bindingOf(1)), /ill/);
    faults.clear();
    assert.deepEqual(await vault.open(await vault.seal(SECRET, bindingOf(1)), bindingOf(1)), SECRET);
  });

  it('lets who holds the public half seal, also under a key made later, and needs no KMS for it', async () => {
    const api = sealerOf(publicKeyringOf(keyStoreOf(database.table)));
    await assert.rejects(api.seal(SECRET, bindingOf(1)), /no key pair yet/);
    await sandbox().seal(SECRET, bindingOf(1));
    const first = await api.seal(SECRET, bindingOf(1));
    nowMs += 10;
    const opener = sandbox({ notBefore: nowMs });
    await opener.seal(SECRET, bindingOf(1));
    const asked = calls();
    const second = await api.seal(SECRET, bindingOf(1));
    assert.deepEqual(calls(), asked);
    assert.deepEqual([await opener.isCurrent(first), await opener.isCurrent(second)], [false, true]);
    assert.deepEqual(await opener.open(second, bindingOf(1)), SECRET);
    assert.ok(!('open' in api) && !('privateKey' in publicKeyringOf(keyStoreOf(database.table))));
  });

  it('lies in the table wrapped: no private part is to be seen, and nobody puts an older ring back', async () => {
    await sandbox().seal(SECRET, bindingOf(1));
    const text = JSON.stringify(await allItems(database.table));
    assert.doesNotMatch(text, /"d\\?":/);
    const kept = await readVaultKeys(database.table);
    assert.ok(kept !== undefined);
    assert.equal(await putVaultKeys(database.table, kept), false);
    assert.equal(await putVaultKeys(database.table, { ...kept, version: 5 }), false);
  });
});
