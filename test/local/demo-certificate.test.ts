import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { localCertificate } from '../../local/demo/certificate.ts';
import { temporaryFolder } from './demo-support.ts';

const DAY_MS = 86_400_000;

test('The certificate is for localhost and 127.0.0.1, with a modern key and SHA-256', async (t) => {
  const { certPem, fingerprint256 } = await localCertificate(await temporaryFolder(t));
  const certificate = new X509Certificate(certPem);
  assert.equal(certificate.checkHost('localhost'), 'localhost');
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(certificate.checkHost('example.com'), undefined);
  assert.equal(certificate.ca, false);
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(certificate.signatureAlgorithm, 'ecdsa-with-SHA256');
  assert.equal(certificate.fingerprint256, fingerprint256);
});

test('The certificate is kept, its key for its owner alone', async (t) => {
  const folder = await temporaryFolder(t);
  const made = await localCertificate(folder);
  assert.deepEqual(await localCertificate(folder), made);
  assert.equal((await stat(join(folder, 'localhost-key.pem'))).mode & 0o777, 0o600);
  assert.equal(await readFile(join(folder, 'localhost-cert.pem'), 'utf8'), made.certPem);
});

test('The certificate is renewed within 30 days of its end and not before', async (t) => {
  const folder = await temporaryFolder(t);
  const made = await localCertificate(folder);
  const endsAt = Date.parse(new X509Certificate(made.certPem).validTo);
  assert.deepEqual(await localCertificate(folder, new Date(endsAt - 31 * DAY_MS)), made);
  const renewed = await localCertificate(folder, new Date(endsAt - 29 * DAY_MS));
  assert.notEqual(renewed.fingerprint256, made.fingerprint256);
  assert.ok(Date.parse(new X509Certificate(renewed.certPem).validTo) > endsAt + 300 * DAY_MS);
});

test('A certificate beside the wrong key, or cut off, is made anew', async (t) => {
  const folder = await temporaryFolder(t);
  const made = await localCertificate(folder);
  const other = await localCertificate(await temporaryFolder(t));
  await writeFile(join(folder, 'localhost-key.pem'), other.keyPem);
  assert.notEqual((await localCertificate(folder)).fingerprint256, made.fingerprint256);
  await writeFile(join(folder, 'localhost-cert.pem'), made.certPem.slice(0, 100));
  const again = await localCertificate(folder);
  assert.notEqual(again.fingerprint256, made.fingerprint256);
  assert.deepEqual(await localCertificate(folder), again);
});
