import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAutoconfig } from '../../shared/mail/parse-autoconfig.ts';
import { providerOfDomain, providerOfExchanger, providerOfHost } from '../../shared/mail/providers.ts';

const ADDRESS = 'robin.vale@example.org';
const server = (inner: string, type = 'imap') => `<incomingServer type="${type}">${inner}</incomingServer>`;
const file = (...servers: string[]) =>
  `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="example.org">${servers.join('')}</emailProvider></clientConfig>`;
const GOOD = '<hostname>imap.example.org</hostname><port>993</port><socketType>SSL</socketType>';

test('servers with TLS are told in order, names filled in, and all others left out', () => {
  const xml = file(
    server('<hostname>pop.example.org</hostname><port>995</port><socketType>SSL</socketType>', 'pop3'),
    server(`${GOOD}<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication>`),
    server('<hostname>IMAP2.example.org</hostname><port>143</port><socketType>STARTTLS</socketType>'),
    server('<hostname>plain.example.org</hostname><port>143</port><socketType>plain</socketType>'),
    server(`${GOOD}<username>%EMAILDOMAIN%\\%EMAILADDRESS%</username><authentication>OAuth2</authentication>`),
  );
  assert.deepEqual(parseAutoconfig(xml, ADDRESS), [
    { host: 'imap.example.org', port: 993, tls: 'implicit', user: 'robin.vale', passwords: true },
    { host: 'imap2.example.org', port: 143, tls: 'starttls', user: ADDRESS, passwords: true },
    { host: 'imap.example.org', port: 993, tls: 'implicit', user: `example.org\\${ADDRESS}`, passwords: false },
  ]);
});

test('what is no such file, or means harm, names no server', () => {
  const bombs = `<!DOCTYPE x [${Array.from({ length: 10 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('')}]>`;
  for (const xml of [
    '',
    'not found',
    '<html><body>404</body></html>',
    '<clientConfig/>',
    file(),
    file(server('')),
    file(server('<hostname>a b</hostname><port>993</port><socketType>SSL</socketType>')),
    file(server('<hostname>x</hostname><port>0</port><socketType>SSL</socketType>')),
    file(server('<hostname>x</hostname><port>1e9</port><socketType>SSL</socketType>')),
    file(server('<hostname><b>x</b></hostname><port>993</port><socketType>SSL</socketType>')),
    '<clientConfig><__proto__><incomingServer/></__proto__></clientConfig>',
    `${bombs}<clientConfig><emailProvider>&a9;</emailProvider></clientConfig>`,
    `<!DOCTYPE x [<!ENTITY h SYSTEM "file:///etc/passwd">]>${file(server('<hostname>&h;</hostname><port>993</port><socketType>SSL</socketType>'))}`,
  ]) {
    assert.deepEqual(parseAutoconfig(xml, ADDRESS), [], xml.slice(0, 80));
  }
  assert.ok(parseAutoconfig(file(...Array.from({ length: 500 }, () => server(GOOD))), ADDRESS).length <= 10);
});

test('any text is read without an error', () => {
  const piece = fc.constantFrom(
    '<clientConfig>',
    '<emailProvider>',
    '<incomingServer type="imap">',
    '</',
    '>',
    '<',
    '&',
    GOOD,
    ']]>',
    '<!--',
    '"',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (parts) => {
      assert.ok(Array.isArray(parseAutoconfig(parts.join(''), ADDRESS)));
    }),
  );
});

test('big providers are known by their domain, their customers’ exchangers and their host', () => {
  assert.equal(providerOfDomain('GMail.com')?.host, 'imap.gmail.com');
  assert.equal(providerOfExchanger('aspmx.l.google.com.')?.name, 'Google');
  assert.equal(providerOfExchanger('example-org.mail.protection.outlook.com')?.passwords, false);
  assert.equal(providerOfExchanger('mx-aol.mail.gm0.yahoodns.net')?.name, 'AOL');
  assert.equal(providerOfExchanger('mta5.am0.yahoodns.net')?.name, 'Yahoo');
  assert.equal(providerOfExchanger('notgoogle.com'), undefined);
  assert.equal(providerOfHost('imap.mail.me.com')?.name, 'iCloud');
  assert.equal(providerOfDomain('example.org'), undefined);
});
