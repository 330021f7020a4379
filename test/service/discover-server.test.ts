/** From an address to its mail server: a name server and web servers of the test's, fetched through the real guard. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Answer } from 'dns-packet';
import { guardedFetch } from '../../shared/egress/guarded-fetch.ts';
import { egressPolicy } from '../../shared/egress/policy.ts';
import { LIMITS } from '../../shared/limits.ts';
import { type DiscoverDeps, discoverServer } from '../../shared/service/discover-server.ts';
import { createCertificate } from '../support/certificates.ts';
import { startNameServer, type TestNameServer } from '../support/name-server.ts';

const a = (name: string): Answer => ({ type: 'A', name, ttl: 0, data: '127.0.0.1' });
const srv = (name: string, target: string, port: number, priority = 0): Answer => ({
  type: 'SRV',
  name,
  ttl: 0,
  data: { target, port, priority, weight: 1 },
});
const mx = (name: string, exchange: string, preference = 10): Answer => ({
  type: 'MX',
  name,
  ttl: 0,
  data: { exchange, preference },
});
const config = (host: string) =>
  `<clientConfig><emailProvider><incomingServer type="imap"><hostname>${host}</hostname><port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>`;

const WEB = [
  'autoconfig.own.test',
  'well-known.test',
  'autoconfig.thunderbird.net',
  'autoconfig.moved.test',
  'autoconfig.huge.test',
  'autoconfig.stalls.test',
];

describe('discovery', () => {
  let names: TestNameServer;
  let web: Server;
  let deps: DiscoverDeps;
  /** `host path`, as the web servers saw them. */
  const asked: string[] = [];

  before(async () => {
    names = await startNameServer({
      ...Object.fromEntries(WEB.map((name) => [name, [a(name)]])),
      '_imaps._tcp.srv.test': [
        srv('_imaps._tcp.srv.test', 'second.srv.test', 994, 20),
        srv('_imaps._tcp.srv.test', 'First.srv.test', 993, 10),
      ],
      '_imap._tcp.srv.test': [srv('_imap._tcp.srv.test', 'second.srv.test', 143, 15)],
      '_imaps._tcp.none.test': [srv('_imaps._tcp.none.test', '.', 0)],
      'none.test': [mx('none.test', '.', 0)],
      'company.test': [mx('company.test', 'backup.elsewhere.test', 20), mx('company.test', 'ASPMX.L.GOOGLE.COM', 1)],
      'office.test': [mx('office.test', 'office-test.mail.protection.outlook.com')],
      'hosted.test': [mx('hosted.test', 'mx1.hoster.test')],
      'imap.guess.test': [a('imap.guess.test')],
    });
    const { certPem, keyPem, caPem } = await createCertificate('good', undefined, WEB);
    web = createServer({ cert: certPem, key: keyPem }, (request, response) => {
      const [path] = (request.url ?? '').split('?');
      const host = (request.headers.host ?? '').replace(/:\d+$/, '');
      asked.push(`${host} ${request.url}`);
      if (host === 'autoconfig.stalls.test') return;
      if (host === 'autoconfig.moved.test') {
        response.writeHead(302, { location: 'https://autoconfig.own.test/mail/config-v1.1.xml' }).end();
        return;
      }
      const text: Record<string, string> = {
        'autoconfig.own.test /mail/config-v1.1.xml': config('imap.own.test'),
        'well-known.test /.well-known/autoconfig/mail/config-v1.1.xml': config('imap.well-known.test'),
        'autoconfig.thunderbird.net /v1.1/listed.test': config('imap.listed.test'),
        'autoconfig.thunderbird.net /v1.1/own.test': config('imap.collected.test'),
        'autoconfig.thunderbird.net /v1.1/hoster.test': config('imap.hoster.test'),
        'autoconfig.huge.test /mail/config-v1.1.xml': config('imap.huge.test').padEnd(LIMITS.httpsBodyBytesMax + 1),
      };
      const found = text[`${host} ${path}`];
      response.writeHead(found === undefined ? 404 : 200).end(found);
    });
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { port } = web.address() as AddressInfo;
    const egress = {
      ports: [993, 143],
      allows: (address: string) => address === '127.0.0.1',
      names: names.names,
      https: { ports: [port], ca: caPem },
    };
    // The usual port is not the test's to take; all else is as it will be.
    const real = guardedFetch(egress);
    deps = {
      egress,
      fetch: (url, options) =>
        real(
          url.replace(/^https:\/\/[^/]+/, (origin) => `${origin}:${port}`),
          options,
        ),
    };
  });
  after(async () => {
    web.closeAllConnections();
    web.close();
    await names.stop();
  });

  const found = async (address: string) =>
    (await discoverServer(deps, address)).map(({ host, port, tls, source }) => `${source} ${host}:${port} ${tls}`);

  it('knows big providers without asking anybody', async () => {
    const before = [asked.length, names.asked.length];
    const [google] = await discoverServer(deps, 'Robin@GMAIL.com');
    assert.deepEqual(google, {
      host: 'imap.gmail.com',
      port: 993,
      tls: 'implicit',
      user: 'Robin@GMAIL.com',
      passwords: true,
      source: 'provider',
      provider: { name: 'Google', passwordPage: 'https://myaccount.google.com/apppasswords', oauth: 'google' },
    });
    assert.deepEqual([asked.length, names.asked.length], before);
  });

  it('reads the domain’s own autoconfig file first, then its well-known one, then what Mozilla collected', async () => {
    assert.deepEqual(await found('robin@own.test'), [
      'autoconfig imap.own.test:993 implicit',
      'autoconfig imap.collected.test:993 implicit',
    ]);
    assert.deepEqual(await found('robin@well-known.test'), ['autoconfig imap.well-known.test:993 implicit']);
    assert.deepEqual(await found('robin@listed.test'), ['autoconfig imap.listed.test:993 implicit']);
  });

  it('tells the address to its own domain alone', () => {
    const told = asked.filter((line) => /robin/i.test(decodeURIComponent(line)));
    assert.ok(told.length > 0);
    for (const line of told) assert.match(line, /^autoconfig\.[a-z-]+\.test \/mail\//);
  });

  it('goes by SRV records in the order of their priority, and believes a domain that says it has none', async () => {
    assert.deepEqual(await found('robin@srv.test'), [
      'srv first.srv.test:993 implicit',
      'srv second.srv.test:143 starttls',
      'srv second.srv.test:994 implicit',
    ]);
    assert.deepEqual(await found('robin@none.test'), []);
  });

  it('tells customers of big providers by who takes their mail, and others by their hoster', async () => {
    const [google] = await discoverServer(deps, 'robin@company.test');
    assert.deepEqual([google?.host, google?.source, google?.provider?.oauth], ['imap.gmail.com', 'mx', 'google']);
    const [microsoft] = await discoverServer(deps, 'robin@office.test');
    assert.deepEqual([microsoft?.passwords, microsoft?.provider?.oauth], [false, 'microsoft']);
    assert.deepEqual(await found('robin@hosted.test'), ['mx imap.hoster.test:993 implicit']);
  });

  it('guesses names that lead somewhere when nobody says anything', async () => {
    assert.deepEqual(await found('robin@guess.test'), ['guess imap.guess.test:993 implicit']);
    assert.deepEqual(await found('robin@nowhere.test'), []);
  });

  it('follows no redirect, reads no endless file, and waits for none that does not come', async () => {
    const from = asked.length;
    assert.deepEqual(await found('robin@moved.test'), []);
    assert.ok(!asked.slice(from).some((line) => line.startsWith('autoconfig.own.test')));
    assert.deepEqual(await found('robin@huge.test'), []);
    assert.deepEqual(await found('robin@stalls.test'), []);
  });

  it('asks nothing of addresses that are not public', async () => {
    const from = asked.length;
    const policy = { ...egressPolicy(), names: names.names };
    assert.deepEqual(await discoverServer({ egress: policy }, 'robin@own.test'), []);
    assert.deepEqual(await discoverServer({ egress: policy }, 'robin@guess.test'), []);
    assert.equal(asked.length, from);
    for (const url of [
      'http://own.test/',
      'https://own.test:8443/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://0x7f.1/',
      'https://user:p@own.test/',
      'file:///etc/passwd',
    ]) {
      await assert.rejects(guardedFetch(policy)(url), { code: 'imap.host-refused' }, url);
    }
  });

  it('takes no address without a domain', async () => {
    for (const address of [
      '',
      'robin',
      'robin@',
      'robin@localhost',
      'robin@bad domain.test',
      `robin@${'a'.repeat(300)}.test`,
    ]) {
      await assert.rejects(discoverServer(deps, address), { code: 'validation.failed' }, address);
    }
  });
});
