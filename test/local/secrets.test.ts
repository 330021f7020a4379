import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileKeyring, fileToken, isSameToken } from '../../local/secrets.ts';
import { sealerOf } from '../../shared/vault/credential.ts';
import { makeKeyPair } from '../../shared/vault/key-pair.ts';
import { vaultOf } from '../../shared/vault/vault.ts';
import { temporaryFolder } from './temporary-folder.ts';

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

test('key pair and token are readable by their owner alone', async (t) => {
  const folder = await temporaryFolder(t);
  await fileKeyring(folder);
  fileToken(folder);
  assert.deepEqual(
    ['vault-key.json', 'token'].map((name) => modeOf(join(folder, name))),
    ['600', '600'],
  );
});

test('a file left by a stopped process does not lend its mode', async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'token.tmp'), 'half a');
  chmodSync(join(folder, 'token.tmp'), 0o666);
  const token = fileToken(folder);
  assert.equal(modeOf(join(folder, 'token')), '600');
  assert.equal(readFileSync(join(folder, 'token'), 'utf8').trim(), token);
});

test('what was sealed before a restart is opened after it', async (t) => {
  const folder = await temporaryFolder(t);
  const binding = { tenant: 'local', accountId: 'a' };
  const sealed = await vaultOf(await fileKeyring(folder)).seal({ kind: 'password', password: 'pass' }, binding);
  const again = vaultOf(await fileKeyring(folder));
  assert.deepEqual(await again.open(sealed, binding), { kind: 'password', password: 'pass' });
});

test('a new key is sealed under from then on, also after a restart, and what lies under the old one opens', async (t) => {
  const folder = await temporaryFolder(t);
  const binding = { tenant: 'local', accountId: 'a' };
  const keyring = await fileKeyring(folder);
  const vault = vaultOf(keyring);
  const sealed = await vault.seal({ kind: 'password', password: 'pass' }, binding);
  await keyring.renew();
  for (const one of [vault, vaultOf(await fileKeyring(folder))]) {
    assert.equal(await one.isCurrent(sealed), false);
    assert.deepEqual(await one.open(sealed, binding), { kind: 'password', password: 'pass' });
    assert.equal(await one.isCurrent(await one.seal({}, binding)), true);
  }
  assert.equal(modeOf(join(folder, 'vault-key.json')), '600');
});

test('a folder from before there were several keys is read', async (t) => {
  const folder = await temporaryFolder(t);
  const pair = await makeKeyPair();
  const binding = { tenant: 'local', accountId: 'a' };
  const sealed = await sealerOf({ publicKey: async () => pair.publicJwk }).seal({ kind: 'password' }, binding);
  writeFileSync(join(folder, 'vault-key.json'), JSON.stringify(pair));
  const vault = vaultOf(await fileKeyring(folder));
  assert.deepEqual(await vault.open(sealed, binding), { kind: 'password' });
  assert.equal(await vault.isCurrent(sealed), true);
});

test('the token is long, the same after a restart, and another in another folder', async (t) => {
  const folder = await temporaryFolder(t);
  const token = fileToken(folder);
  assert.match(token, /^[A-Za-z0-9_-]{32}$/);
  assert.equal(fileToken(folder), token);
  assert.notEqual(fileToken(await temporaryFolder(t)), token);
});

test('an empty token file, as a full disk leaves it, is no token', async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'token'), '\n');
  assert.match(fileToken(folder), /^.{32}$/);
});

test('tokens are the same only when they are', () => {
  assert.ok(isSameToken('token', 'token'));
  for (const other of ['', 'toke', 'tokens', 'Token', 'tokeñ']) assert.ok(!isSameToken('token', other), other);
});
