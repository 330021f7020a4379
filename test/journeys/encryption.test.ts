/** A listener on the line, and one who changes what the server says: no password leaves before verified TLS, whatever happens. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import { createServer } from 'node:tls';
import type { ErrorCode } from '../../shared/errors.ts';
import type { AccountSettings } from '../../shared/store/accounts.ts';
import { readHead } from '../../shared/store/head.ts';
import {
  type ByteSniffer,
  type Played,
  passwordForms,
  passwordsIn,
  type Rewrite,
  startSniffer,
} from '../support/byte-sniffer.ts';
import { type CertificateKind, createAuthority, createCertificate } from '../support/certificates.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { startYard, type Yard } from '../support/yard.ts';

const USER = 'alice';
// Quotes and a backslash, so that the quoted form differs from the raw one.
const PASSWORD = 'Canary "42" \\ of the line';

let yard: Yard;
before(async () => {
  yard = await startYard();
});
after(() => yard.stop());

const sniff = async (t: TestContext, behind: number | Played, rewrite?: Rewrite): Promise<ByteSniffer> => {
  const sniffer = await startSniffer(behind, rewrite === undefined ? {} : { rewrite });
  t.after(() => sniffer.stop());
  return sniffer;
};

const dovecot = async (t: TestContext, options: Parameters<typeof startDovecot>[0] = {}): Promise<Dovecot> => {
  const server = await startDovecot({ users: { [USER]: PASSWORD }, ...options });
  t.after(() => server.stop());
  return server;
};

/** What a check comes to, and which forms of the password went over the line in clear. */
const checkThrough = async (
  sniffer: ByteSniffer,
  settings: Pick<AccountSettings, 'tls' | 'ca' | 'pin'>,
): Promise<{ readonly came: string; readonly leaked: readonly string[] }> => {
  const ref = await yard.addAccount({ ...sniffer, users: {} }, USER, { ...settings, password: PASSWORD });
  const [report] = await yard.check(ref);
  assert.ok(sniffer.connections() > 0, 'the proxy was spoken to');
  const leaked = passwordsIn(sniffer.sent(), USER, PASSWORD);
  if (report?.outcome !== 'failed') return { came: report?.outcome ?? 'nothing', leaked };
  assert.equal((await readHead(yard.deps.table, ref))?.failure?.code, report.code);
  return { came: report.code, leaked };
};

describe('the byte sniffer', () => {
  it('finds every form of a password that goes over the line, and none that does not', async (t) => {
    for (const [name, form] of Object.entries(passwordForms(USER, PASSWORD))) {
      const sniffer = await sniff(t, (socket) => socket.write('* OK\r\n'));
      const socket = connect(sniffer.port, '127.0.0.1');
      await once(socket, 'data');
      assert.deepEqual(passwordsIn(sniffer.sent(), USER, PASSWORD), []);
      socket.end(`a LOGIN ${USER} ${form}\r\n`);
      await once(socket, 'close');
      assert.ok(passwordsIn(sniffer.sent(), USER, PASSWORD).includes(name), name);
    }
  });
});

/** Each kind of certificate that does not do, by the code that its owner is told. */
const REFUSED: Readonly<Record<Exclude<CertificateKind, 'good'> | 'unknown CA', ErrorCode>> = {
  expired: 'imap.certificate-expired',
  'not-yet-valid': 'imap.certificate-expired',
  'wrong-name': 'imap.certificate-wrong-name',
  'self-signed': 'imap.certificate-self-signed',
  'unknown CA': 'imap.certificate',
};

describe('a certificate that cannot be verified', () => {
  for (const [kind, code] of Object.entries(REFUSED) as [keyof typeof REFUSED, ErrorCode][]) {
    it(`stops before the password: ${kind}`, async (t) => {
      const server = await dovecot(t, { certificate: kind === 'unknown CA' ? 'good' : kind });
      // A self-signed one, too, is refused where another was named.
      const trusted = kind === 'unknown CA' || kind === 'self-signed' ? (await createAuthority()).certPem : server.ca;
      const refused = { came: code, leaked: [] };
      const implicit = await sniff(t, server.port);
      assert.deepEqual(await checkThrough(implicit, { tls: 'implicit', ca: trusted }), refused);
      const starttls = await sniff(t, server.plainPort);
      assert.deepEqual(await checkThrough(starttls, { tls: 'starttls', ca: trusted }), refused);
    });
  }

  it('is refused where no CA was given: a private one is none of the machine’s', async (t) => {
    const server = await dovecot(t);
    const result = await checkThrough(await sniff(t, server.port), { tls: 'implicit' });
    assert.deepEqual(result, { came: 'imap.certificate', leaked: [] });
  });

  it('is no obstacle where the very certificate was given', async (t) => {
    for (const certificate of ['self-signed', 'good'] as const) {
      const server = await dovecot(t, { certificate });
      const result = await checkThrough(await sniff(t, server.port), { tls: 'implicit', ca: server.certPem });
      assert.deepEqual(result, { came: 'synced', leaked: [] }, certificate);
    }
  });
});

describe('a pinned server', () => {
  let server: Dovecot;
  let wrongName: Dovecot;
  let expired: Dovecot;
  before(async () => {
    const users = { [USER]: PASSWORD };
    const start = (certificate: CertificateKind) => startDovecot({ users, certificate });
    [server, wrongName, expired] = await Promise.all([start('good'), start('wrong-name'), start('expired')]);
  });
  after(() => Promise.all([server?.stop(), wrongName?.stop(), expired?.stop()]));

  /** As `openssl x509 -fingerprint -sha256` prints it, plain hex, and the key as curl takes it. */
  const pinsOf = (certPem: string): string[] => {
    const { fingerprint256, publicKey } = new X509Certificate(certPem);
    const key = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
    return [fingerprint256, fingerprint256.replaceAll(':', '').toLowerCase(), `sha256/${key}`];
  };

  for (const tls of ['implicit', 'starttls'] as const) {
    const portOf = (behind: Dovecot) => (tls === 'implicit' ? behind.port : behind.plainPort);
    it(`is known by its key or its certificate: ${tls}`, async (t) => {
      for (const pin of pinsOf(server.certPem)) {
        const result = await checkThrough(await sniff(t, portOf(server)), { tls, ca: server.ca, pin });
        assert.match(result.came, /^(synced|quiet)$/, pin);
        assert.deepEqual(result.leaked, []);
      }
    });
    it(`is refused with another key, though its certificate is right: ${tls}`, async (t) => {
      for (const pin of pinsOf(wrongName.certPem)) {
        const result = await checkThrough(await sniff(t, portOf(server)), { tls, ca: server.ca, pin });
        assert.deepEqual(result, { came: 'imap.certificate-other-key', leaked: [] });
      }
    });
    it(`need not have the name, but all else: ${tls}`, async (t) => {
      const pinned = async (behind: Dovecot, ca: string) => {
        const pin = pinsOf(behind.certPem)[2] ?? '';
        return (await checkThrough(await sniff(t, portOf(behind)), { tls, ca, pin })).came;
      };
      assert.equal(await pinned(wrongName, wrongName.ca), 'synced');
      assert.equal(await pinned(wrongName, server.ca), 'imap.certificate');
      assert.equal(await pinned(expired, expired.ca), 'imap.certificate-expired');
    });
  }
});

describe('a server whose TLS is older than 1.2', () => {
  it('is refused before the password', async (t) => {
    const { certPem, keyPem, caPem } = await createCertificate();
    // The weakest that this OpenSSL still speaks, as old servers do.
    const old = createServer({
      cert: certPem,
      key: keyPem,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    old.on('tlsClientError', () => undefined);
    old.listen(0, '127.0.0.1');
    await once(old, 'listening');
    t.after(() => old.close());
    const sniffer = await sniff(t, (old.address() as AddressInfo).port);
    const result = await checkThrough(sniffer, { tls: 'implicit', ca: caPem });
    assert.deepEqual(result, { came: 'imap.tls-too-old', leaked: [] });
  });
});

describe('a server without TLS, or a line on which somebody takes it away', () => {
  const refusedAs = (came: ErrorCode) => ({ came, leaked: [] });
  const refused = refusedAs('imap.tls-required');
  /** Whatever a real client may say, as a server without TLS answers it: a login would be taken. */
  const play =
    (greeting: string): Played =>
    (socket) => {
      socket.write(greeting);
      socket.on('data', (bytes: Buffer) => {
        for (const line of bytes.toString('latin1').split('\r\n')) {
          const [tag = '', command = ''] = line.split(' ');
          if (tag === '') continue;
          if (command.toUpperCase() === 'CAPABILITY') socket.write('* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n');
          socket.write(command.toUpperCase() === 'STARTTLS' ? `${tag} BAD what?\r\n` : `${tag} OK done\r\n`);
        }
      });
    };
  let tls: Dovecot;
  before(async () => {
    tls = await startDovecot({ users: { [USER]: PASSWORD } });
  });
  after(() => tls?.stop());

  for (const wanted of ['implicit', 'starttls'] as const) {
    it(`plain text alone is refused: ${wanted}`, async (t) => {
      const server = await dovecot(t, { tls: 'none' });
      const code = wanted === 'implicit' ? 'imap.unreachable' : 'imap.tls-required';
      const result = await checkThrough(await sniff(t, server.port), { tls: wanted, ca: tls.ca });
      assert.deepEqual(result, refusedAs(code));
    });
  }

  it('STARTTLS struck from what the server can do is refused, though it would answer', async (t) => {
    const strike: Rewrite = (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(' STARTTLS', ''), 'latin1');
    const sniffer = await sniff(t, tls.plainPort, strike);
    assert.deepEqual(await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca }), refused);
    assert.match(sniffer.received().toString('latin1'), /CAPABILITY IMAP4rev1/);
  });

  it('STARTTLS answered with NO is the end', async (t) => {
    const sniffer = await sniff(t, play('* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hello\r\n'));
    assert.deepEqual(await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca }), refused);
    assert.match(sniffer.sent().toString('latin1'), / STARTTLS\r\n/);
  });

  it('words put in behind the OK of STARTTLS are not believed', async (t) => {
    const inject: Rewrite = (bytes) =>
      /^\S+ OK Begin TLS/m.test(bytes.toString('latin1'))
        ? Buffer.concat([bytes, Buffer.from('* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n')])
        : bytes;
    const sniffer = await sniff(t, tls.plainPort, inject);
    const result = await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca });
    assert.deepEqual(result, refusedAs('imap.tls-injection'));
    assert.match(sniffer.received().toString('latin1'), /OK Begin TLS[^\n]*\n\* CAPABILITY/);
  });

  it('words put in before STARTTLS was answered are forgotten once TLS stands', async (t) => {
    // As if login were not to be had but by a mechanism that gives the password away (CVE-2011-0411 and its kin).
    const inject: Rewrite = (bytes) =>
      /^\S+ OK Begin TLS/m.test(bytes.toString('latin1'))
        ? Buffer.concat([Buffer.from('* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=NONE\r\n'), bytes])
        : bytes;
    const sniffer = await sniff(t, tls.plainPort, inject);
    const result = await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca });
    assert.deepEqual(result, { came: 'synced', leaked: [] });
    assert.match(sniffer.received().toString('latin1'), /AUTH=NONE/);
  });

  it('a greeting that says we are logged in already does not do without TLS', async (t) => {
    const sniffer = await sniff(t, play('* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n'));
    const result = await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca });
    assert.deepEqual(result, refusedAs('imap.preauth'));
  });

  it('and neither does one that says so over TLS: we were let in as somebody else', async (t) => {
    const { certPem, keyPem, caPem } = await createCertificate();
    const heard: string[] = [];
    const server = createServer({ cert: certPem, key: keyPem }, (socket) => {
      socket.on('data', (bytes) => heard.push(bytes.toString('latin1')));
      play('* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n')(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const sniffer = await sniff(t, (server.address() as AddressInfo).port);
    const result = await checkThrough(sniffer, { tls: 'implicit', ca: caPem });
    assert.deepEqual(result, refusedAs('imap.preauth'));
    assert.deepEqual(passwordsIn(Buffer.from(heard.join(''), 'latin1'), USER, PASSWORD), []);
  });

  it('STARTTLS that stands is good enough', async (t) => {
    const sniffer = await sniff(t, tls.plainPort);
    assert.deepEqual(await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca }), { came: 'synced', leaked: [] });
    assert.match(sniffer.sent().toString('latin1'), / STARTTLS\r\n/);
  });
});
