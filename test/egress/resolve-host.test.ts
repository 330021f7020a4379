/** The names and spellings by which somebody may try to reach what is not public, and name servers that change their mind. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Answer } from 'dns-packet';
import { egressPolicy } from '../../shared/egress/policy.ts';
import { resolveHost } from '../../shared/egress/resolve-host.ts';
import { isMailyardError, type MailyardError } from '../../shared/errors.ts';
import { withSession } from '../../shared/imap/session.ts';
import { startNameServer, type TestNameServer } from '../support/name-server.ts';

/** 127.0.0.1, 10.0.0.1, 169.254.169.254 and others as inet_aton, URL parsers and people in a hurry spell them. */
const SPELLINGS = [
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '127.0.0.01',
  '127.000.000.001',
  '0127.0.0.1',
  '0177.0.0.1',
  '0177.0.0.01',
  '0177.1',
  '00177.0.0.1',
  '0x7f.0.0.1',
  '0x7F.1',
  '0x7f.0x0.0x0.0x1',
  '0x7f000001',
  '0X7F000001',
  '0x7f.0x000001',
  '2130706433',
  '2130706433.',
  '017700000001',
  '0000017700000001',
  '127.0.0.1:993',
  '0',
  '0.0.0.0',
  '0x0',
  '00000000',
  '1',
  '10.1',
  '10.0.1',
  '0xa.1',
  '012.1',
  '0xa000001',
  '167772161',
  '012.0.0.1',
  '192.168.1',
  '0xc0.0xa8.0.1',
  '0300.0250.0.1',
  '3232235521',
  '172.16.1',
  '0254.020.0.1',
  '169.254.43518',
  '169.16689662',
  '0xa9.0xfe.0xa9.0xfe',
  '0xa9fea9fe',
  '2852039166',
  '0251.0376.0251.0376',
  '025177524776',
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '224.0.0.251',
  '255.255.255.255',
  // Digits and dots of other scripts, which a resolver with IDN folds (UTS 46).
  '１２７.0.0.1',
  '１２７．０．０．１',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
  '⒈0.0.0.1',
  '٠x7f.1',
  // IPv6, and IPv4 within it
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0:0:0:0:0:ffff:127.0.0.1',
  '::FFFF:10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:0:127.0.0.1',
  '::127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::10.0.0.1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  '2001:0:7f00:1::',
  'fe80::1',
  'fe80::1%lo',
  '2a00:1450:4001::1%lo',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'ff02::1',
  '2001:db8::1',
  '100::1',
  // Names that machines know by themselves
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ip6-localhost',
  'a name with spaces',
  'user@127.0.0.1',
  '127.0.0.1/8',
  '127.0.0.1#mail.example.org',
  'mail.example.org\u0000.test',
  '',
  '.',
  '..',
];

const PUBLIC = '198.41.0.4';
const a = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 0, data });
const aaaa = (name: string, data: string): Answer => ({ type: 'AAAA', name, ttl: 0, data });
const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 0, data });

/** Names of an attacker's zone, each leading to what is not public. */
const LEADING_INSIDE: Readonly<Record<string, readonly Answer[]>> = {
  'loopback.test': [a('loopback.test', '127.0.0.1')],
  'private.test': [a('private.test', '10.1.2.3')],
  'metadata.test': [a('metadata.test', '169.254.169.254')],
  'loopback6.test': [aaaa('loopback6.test', '::1')],
  'mapped.test': [aaaa('mapped.test', '::ffff:127.0.0.1')],
  'nat64.test': [aaaa('nat64.test', '64:ff9b::7f00:1')],
  '6to4.test': [aaaa('6to4.test', '2002:7f00:1::')],
  'ula.test': [aaaa('ula.test', 'fd00:ec2::254')],
  'cname.test': [cname('cname.test', 'loopback.test')],
  'cname-of-cname.test': [cname('cname-of-cname.test', 'cname.test')],
  'cname-metadata.test': [cname('cname-metadata.test', 'metadata.test')],
  'public-first.test': [a('public-first.test', PUBLIC), a('public-first.test', '10.0.0.1')],
  'private-first.test': [a('private-first.test', '10.0.0.1'), a('private-first.test', PUBLIC)],
  'public-and-ula.test': [a('public-and-ula.test', PUBLIC), aaaa('public-and-ula.test', 'fd00::1')],
  'many.test': [
    ...Array.from({ length: 40 }, (_, i) => a('many.test', `198.41.0.${i}`)).slice(0, 20),
    a('many.test', '127.0.0.1'),
  ],
  '127.0.0.1.nip.test': [a('127.0.0.1.nip.test', '127.0.0.1')],
};

describe('hosts that are not to be reached', () => {
  let server: TestNameServer;
  before(async () => {
    server = await startNameServer({
      ...LEADING_INSIDE,
      'mail.test': [a('mail.test', PUBLIC), aaaa('mail.test', '2a00:1450:4001::1')],
      'only6.test': [aaaa('only6.test', '2a00:1450:4001::1')],
    });
  });
  after(() => server.stop());

  const refusal = async (host: string, names = true): Promise<MailyardError> => {
    const policy = { ...egressPolicy(), ...(names ? { names: server.names } : {}) };
    const error = await resolveHost(policy, host, 993).then(
      (address) => assert.fail(`${host} was taken for ${address}`),
      (thrown: unknown) => thrown,
    );
    assert.ok(isMailyardError(error), String(error));
    return error;
  };

  it('are many', () => assert.ok(SPELLINGS.length + Object.keys(LEADING_INSIDE).length >= 100));

  for (const host of SPELLINGS) {
    it(`are not reached by a spelling: ${JSON.stringify(host)}`, async () => {
      // By the machine's own resolver, which knows inet_aton's spellings and the hosts file.
      const { code, fields } = await refusal(host, false);
      assert.match(code, /^imap\.host-(refused|not-found)$/);
      assert.equal(fields[0]?.pointer, '/host');
    });
  }

  for (const host of Object.keys(LEADING_INSIDE)) {
    it(`are not reached by a name: ${host}`, async () => {
      const { code, message, fields } = await refusal(host);
      assert.equal(code, 'imap.host-refused');
      // Where the name leads is not told.
      assert.doesNotMatch(JSON.stringify([message, fields]), /127|10\.|169|::|fd00|198/);
    });
  }

  it('are told from public ones', async () => {
    const policy = { ...egressPolicy(), names: server.names };
    assert.equal(await resolveHost(policy, 'mail.test', 993), PUBLIC);
    assert.equal(await resolveHost(policy, 'only6.test', 143), '2a00:1450:4001::1');
    assert.equal((await refusal('nowhere.test')).code, 'imap.host-not-found');
  });

  it('and neither are other ports, unless the operator allows them', async () => {
    for (const port of [0, 22, 25, 80, 443, 465, 587, 994, 3306, 8080, 65_535]) {
      const policy = { ...egressPolicy(), names: server.names };
      await assert.rejects(resolveHost(policy, 'mail.test', port), { code: 'imap.host-refused' });
    }
    const wider = { ...egressPolicy({ ports: [1993] }), names: server.names };
    assert.equal(await resolveHost(wider, 'mail.test', 1993), PUBLIC);
  });
});

const countingServer = async (t: TestContext, address: string, port: number) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(port, address);
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
};

describe('a name server that answers differently the second time', () => {
  it('is asked once, and the connection goes to the address that was checked', async (t) => {
    const inside = await countingServer(t, '127.0.0.1', 0);
    const { port } = inside;
    const outside = await countingServer(t, '127.0.0.2', port);
    const names = await startNameServer({
      'flips.test': (n, type) => (type === 'A' ? [a('flips.test', n === 1 ? '127.0.0.2' : '127.0.0.1')] : []),
    });
    t.after(() => names.stop());
    const policy = { ports: [port], names: names.names, allows: (address: string) => address === '127.0.0.2' };
    const server = { host: 'flips.test', port, tls: 'implicit', user: 'u' } as const;
    const credential = { kind: 'password', password: 'p' } as const;
    await assert.rejects(
      withSession({ server, credential, egress: policy, timeoutMs: 5_000 }, async () => undefined),
      { code: 'imap.unreachable' },
    );
    assert.equal(names.asked.filter((one) => one === 'A flips.test').length, 1);
    assert.deepEqual([outside.connections(), inside.connections()], [1, 0]);
    // The next look asks anew, and is refused.
    await assert.rejects(resolveHost(policy, 'flips.test', port), { code: 'imap.host-refused' });
  });
});
