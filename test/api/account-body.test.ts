import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAccountBody } from '../../shared/api/account-body.ts';
import { isMailyardError } from '../../shared/errors.ts';
import { createAuthority } from '../support/certificates.ts';

const least = { host: 'mail.example.test', user: 'ann@example.test', password: 'secret' };
const settingsOf = (change: object) => parseAccountBody({ ...least, ...change }).settings;

test('host, user and password are enough', () => {
  assert.deepEqual(parseAccountBody(least), {
    password: 'secret',
    settings: {
      name: 'ann@example.test',
      host: 'mail.example.test',
      port: 993,
      tls: 'implicit',
      user: 'ann@example.test',
      address: 'ann@example.test',
      applyToExisting: false,
    },
  });
});

test('port 143 means STARTTLS unless said otherwise, and nothing means plain text', () => {
  assert.equal(settingsOf({ port: 143 }).tls, 'starttls');
  assert.equal(settingsOf({ port: 143, tls: 'implicit' }).tls, 'implicit');
  assert.equal(settingsOf({ port: 1143 }).tls, 'implicit');
  assert.throws(() => settingsOf({ tls: 'plain' }), { code: 'validation.failed' });
});

test('the address is the user’s name where it is one, else it is made of user and host', () => {
  assert.equal(settingsOf({ user: 'ann' }).address, 'ann@mail.example.test');
  assert.equal(settingsOf({ user: 'ann', address: 'a@b.test' }).address, 'a@b.test');
});

test('hosts may be names or addresses', () => {
  for (const host of [
    'localhost',
    'imap.example.test',
    '192.0.2.1',
    '2001:db8::1',
    'a_b.example.test',
    'xn--bcher-kva.test',
  ]) {
    assert.equal(settingsOf({ host }).host, host);
  }
  for (const host of ['-a.test', 'a..b', 'a.', '[::1]', 'a b', 'a:993', 'imaps://a', 'ä.test', 'a\u0000.test', '..']) {
    assert.throws(() => settingsOf({ host }), { code: 'validation.failed' }, host);
  }
});

test('a bundle of certificates is taken, one with a broken one among them is not', async () => {
  const [a, b] = await Promise.all([createAuthority(), createAuthority()]);
  assert.equal(settingsOf({ ca: a.certPem + b.certPem }).ca, a.certPem + b.certPem);
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  assert.throws(() => settingsOf({ ca: a.certPem + broken }), { code: 'validation.failed' });
  assert.throws(() => settingsOf({ ca: a.keyPem }), { code: 'validation.failed' });
});

test('a password may be any text of one line', () => {
  for (const password of [' ', 'pass word', '"\\', 'päß', '密码', '{5}', '\t', 'x'.repeat(1_024)]) {
    assert.equal(parseAccountBody({ ...least, password }).password, password);
  }
});

test('whatever is sent, a problem repeats no value of it', () => {
  const secret = 'canary-secret-value';
  const value = fc.oneof(fc.constant(secret), fc.constant([secret]), fc.constant({ a: secret }), fc.jsonValue());
  const body = fc.dictionary(
    fc.constantFrom('name', 'host', 'port', 'tls', 'user', 'password', 'address', 'ca', 'pollSeconds'),
    value,
  );
  fc.assert(
    fc.property(body, (input) => {
      try {
        parseAccountBody(input);
      } catch (error) {
        assert.ok(isMailyardError(error, 'validation.failed'));
        assert.ok(error.fields.length > 0);
        assert.ok(!JSON.stringify([error.message, error.fields, String(error.cause)]).includes(secret));
      }
    }),
  );
});
