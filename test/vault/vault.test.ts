import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeProtectedHeader, type JWK } from 'jose';
import { LIMITS } from '../../shared/limits.ts';
import { sealerOf } from '../../shared/vault/credential.ts';
import { makeKeyPair } from '../../shared/vault/key-pair.ts';
import { isOutdated, type KeyRing, keyOf, publicOf, withNewKey } from '../../shared/vault/key-ring.ts';
import { type Vault, vaultOf } from '../../shared/vault/vault.ts';

const ANN = { tenant: 'acme', accountId: 'a1' };
const SECRET = { kind: 'password', password: 'canary of the vault' } as const;
const REFUSED = { code: 'vault.cannot-open' };

const vaultWith = (ring: () => KeyRing): Vault =>
  vaultOf({
    publicKey: async () => publicOf(ring()),
    privateKey: async (kid) => keyOf(ring(), kid) ?? Promise.reject(new Error('no such key')),
  });

describe('a sealed credential', () => {
  let ring: KeyRing;
  let vault: Vault;
  let sealed: string;
  before(async () => {
    ring = await withNewKey([], 1);
    vault = vaultWith(() => ring);
    sealed = await vault.seal(SECRET, ANN);
  });

  it('opens for what it was sealed for, and says nothing before', async () => {
    assert.deepEqual(await vault.open(sealed, ANN), SECRET);
    for (const part of sealed.split('.')) {
      assert.ok(!Buffer.from(part, 'base64url').includes(SECRET.password.slice(0, 8)), part);
    }
    assert.deepEqual(Object.keys(decodeProtectedHeader(sealed)).sort(), [
      'account',
      'alg',
      'enc',
      'epk',
      'kid',
      'purpose',
      'tenant',
      'ver',
    ]);
  });

  it('does not open for another account, another tenant or another purpose', async () => {
    for (const other of [
      { ...ANN, accountId: 'a2' },
      { ...ANN, tenant: 'other' },
      { tenant: ANN.accountId, accountId: ANN.tenant },
      { ...ANN, purpose: 'authorization' as const },
    ]) {
      await assert.rejects(vault.open(sealed, other), REFUSED, JSON.stringify(other));
    }
  });

  it('does not open when any of its parts is another’s', async () => {
    const theirs = { tenant: 'acme', accountId: 'a2' };
    const other = (await vault.seal({ ...SECRET, password: 'another' }, theirs)).split('.');
    const ours = sealed.split('.');
    for (let part = 0; part < 5; part += 1) {
      // The second part is empty: with ECDH-ES no key is wrapped.
      if (part === 1) continue;
      const mixed = ours.with(part, other[part] ?? '').join('.');
      await assert.rejects(vault.open(mixed, ANN), REFUSED, `part ${part}`);
      await assert.rejects(vault.open(mixed, theirs), REFUSED, `part ${part}`);
    }
  });

  it('does not open when one bit of it is another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 6 - 1), async (bit) => {
        const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
        const at = Math.floor(bit / 6);
        const value = alphabet.indexOf(sealed[at] ?? '');
        fc.pre(value >= 0);
        const changed = `${sealed.slice(0, at)}${alphabet[value ^ (1 << (bit % 6))]}${sealed.slice(at + 1)}`;
        // The last character of a part may hold bits that no byte takes: then the bytes are the same.
        fc.pre(!sameBytes(changed, sealed));
        await assert.rejects(vault.open(changed, ANN), REFUSED);
      }),
      { numRuns: 200 },
    );
  });

  it('is not taken with another algorithm, or without a key that this deployment made', async () => {
    const { publicJwk } = await makeKeyPair();
    const foreign = await sealerOf({ publicKey: async () => publicJwk }).seal(SECRET, ANN);
    await assert.rejects(vault.open(foreign, ANN), REFUSED);
    const [header = '', ...rest] = sealed.split('.');
    for (const change of [{ alg: 'dir' }, { alg: 'none' }, { enc: 'A128GCM' }, { kid: 'other' }, { ver: 2 }]) {
      const claimed = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), ...change };
      const text = [Buffer.from(JSON.stringify(claimed)).toString('base64url'), ...rest].join('.');
      await assert.rejects(vault.open(text, ANN), REFUSED, JSON.stringify(change));
    }
    for (const nonsense of ['', '.', '....', 'a.b.c.d.e', SECRET.password]) {
      await assert.rejects(vault.open(nonsense, ANN), REFUSED, nonsense);
    }
  });
});

const sameBytes = (a: string, b: string): boolean =>
  a
    .split('.')
    .every((part, i) => Buffer.from(part, 'base64url').equals(Buffer.from(b.split('.')[i] ?? '', 'base64url')));

describe('a new key', () => {
  it('is what is sealed under from then on; what lies under older ones opens, and is known to be old', async () => {
    let ring = await withNewKey([], 1);
    const vault = vaultWith(() => ring);
    const sealed: string[] = [];
    for (let n = 0; n < LIMITS.vaultKeysMax; n += 1) {
      sealed.push(await vault.seal(SECRET, ANN));
      for (const [i, one] of sealed.entries()) {
        assert.deepEqual(await vault.open(one, ANN), SECRET);
        assert.equal(await vault.isCurrent(one), i === n);
      }
      ring = await withNewKey(ring, n + 2);
    }
    assert.equal(ring.length, LIMITS.vaultKeysMax);
    // The oldest is out by now.
    await assert.rejects(vault.open(sealed[0] ?? '', ANN), REFUSED);
    assert.deepEqual(await vault.open(sealed[1] ?? '', ANN), SECRET);
    // As many as KMS takes at once (4,096 bytes).
    assert.ok(JSON.stringify(ring).length < 4_096, `${JSON.stringify(ring).length}`);
  });

  it('shows no private part', async () => {
    const shown: JWK = publicOf(await withNewKey([], 1));
    assert.deepEqual(Object.keys(shown).sort(), ['crv', 'kid', 'kty', 'x', 'y']);
  });

  it('is asked for by a time that the newest is older than, once that time has come', async () => {
    const ring = await withNewKey([], 1_000);
    assert.equal(isOutdated(ring, undefined, 5_000), false);
    assert.equal(isOutdated(ring, 1_000, 5_000), false);
    assert.equal(isOutdated(ring, 1_001, 5_000), true);
    assert.equal(isOutdated(ring, 6_000, 5_000), false);
  });
});
