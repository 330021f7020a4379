import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { connectKms } from '../../shared/vault/connect-kms.ts';
import { kmsRequestKey } from '../../shared/vault/kms-request-key.ts';
import { macOf, newRequestKey, openText, sealText } from '../../shared/vault/request-key.ts';
import { startKms } from '../support/kms.ts';

test('a text opens under its own name and key alone, and not when a bit of it was turned', () => {
  const [key, other] = [newRequestKey(), newRequestKey()];
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
      const sealed = sealText(key, 'a name', text);
      assert.equal(openText(key, 'a name', sealed), text);
      assert.throws(() => openText(key, 'another', sealed));
      assert.throws(() => openText(other, 'a name', sealed));
      const turned = Buffer.from(sealed);
      turned[at % turned.length] = (turned[at % turned.length] ?? 0) ^ 1;
      assert.throws(() => openText(key, 'a name', turned));
    }),
  );
});

test('a MAC tells key, purpose and text apart', () => {
  const [key, other] = [newRequestKey(), newRequestKey()];
  const macs = [macOf(key, 'a', 'bc'), macOf(key, 'ab', 'c'), macOf(key, 'a', 'bd'), macOf(other, 'a', 'bc')];
  assert.equal(new Set(macs).size, 4);
  assert.equal(macOf(key, 'a', 'bc'), macs[0]);
});

test('two workers that start at once come to the same key, and the table holds it wrapped', async () => {
  const kms = await startKms();
  try {
    let kept: Uint8Array | undefined;
    const store = {
      read: async () => kept,
      putNew: async (wrapped: Uint8Array) => {
        if (kept !== undefined) return false;
        kept = wrapped;
        return true;
      },
    };
    const workers = [1, 2].map(() => kmsRequestKey(connectKms(kms.clientConfig), kms.keyId, store));
    const [a, b] = await Promise.all(workers.map((key) => key()));
    assert.deepEqual(a, b);
    assert.equal(a?.length, 32);
    assert.ok(!Buffer.from(kept ?? []).includes(Buffer.from(a ?? [])));
    const calls = { ...kms.calls };
    await workers[0]?.();
    assert.deepEqual({ ...kms.calls }, calls, 'a warm worker asks no more');
  } finally {
    await kms.stop();
  }
});
