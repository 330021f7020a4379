import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPublic } from '../../shared/egress/policy.ts';

const REFUSED = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::10.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  '::ffff:0:10.0.0.1',
  '64:ff9b::a00:1',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:2::1',
  '2001:db8::1',
  '2002:a00:1::',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
];

describe('the addresses that the deployed service may connect to', () => {
  for (const address of REFUSED) {
    it(`are not ${address === '' ? 'nothing' : address}`, () => assert.equal(isPublic(address), false));
  }
  for (const address of ['8.8.8.8', '2001:4860:4860::8888', '::ffff:8.8.8.8', '2a00:1450:4001::1']) {
    it(`are public: ${address}`, () => assert.equal(isPublic(address), true));
  }
});
