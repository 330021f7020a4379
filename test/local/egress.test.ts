import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localEgress } from '../../local/egress.ts';

const LOOPBACK = ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'];
const OTHERS = [
  '192.0.2.1',
  '10.0.0.1',
  '169.254.169.254',
  '2001:db8::1',
  '::ffff:10.0.0.1',
  '0.0.0.0',
  'no address',
  '',
];

test('this machine, and nothing else', () => {
  const { allows, ports } = localEgress({ allowNet: false, hosts: [] });
  assert.equal(ports, 'any');
  for (const address of LOOPBACK) assert.ok(allows(address, 'a.example'), address);
  for (const address of OTHERS) assert.ok(!allows(address, 'a.example'), address);
});

test('the host that was named, in any spelling, and no other', () => {
  const { allows } = localEgress({ allowNet: false, hosts: ['Mail.Example.org'] });
  assert.ok(allows('192.0.2.1', 'mail.example.ORG'));
  for (const host of ['mail.example.org.evil.example', 'example.org', 'mail.example.or', '']) {
    assert.ok(!allows('192.0.2.1', host), host);
  }
});

test('any host with --allow-net', () => {
  const { allows } = localEgress({ allowNet: true, hosts: [] });
  assert.ok(allows('192.0.2.1', 'a.example'));
});
