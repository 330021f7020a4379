/** A listener on the line, and one who changes what the server says: no password leaves before verified TLS, whatever happens. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
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
import { type CertificateKind, createAuthority } from '../support/certificates.ts';
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
  { ca, tls }: Pick<AccountSettings, 'tls'> & { readonly ca: string },
): Promise<{ readonly came: string; readonly leaked: readonly string[] }> => {
  const ref = await yard.addAccount({ ...sniffer, ca, users: {} }, USER, { tls, password: PASSWORD });
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

describe('a certificate that cannot be verified', () => {
  const KINDS: readonly (CertificateKind | 'unknown CA')[] = [
    'expired',
    'not-yet-valid',
    'wrong-name',
    'self-signed',
    'unknown CA',
  ];
  for (const kind of KINDS) {
    it(`stops before the password: ${kind}`, async (t) => {
      const server = await dovecot(t, { certificate: kind === 'unknown CA' ? 'good' : kind });
      // A self-signed one, too, is refused where another was named.
      const trusted = kind === 'unknown CA' || kind === 'self-signed' ? (await createAuthority()).certPem : server.ca;
      const none = { came: 'imap.certificate', leaked: [] };
      const implicit = await sniff(t, server.port);
      assert.deepEqual(await checkThrough(implicit, { tls: 'implicit', ca: trusted }), none);
      const starttls = await sniff(t, server.plainPort);
      assert.deepEqual(await checkThrough(starttls, { tls: 'starttls', ca: trusted }), none);
    });
  }

  it('is no obstacle where the very certificate was given', async (t) => {
    const server = await dovecot(t, { certificate: 'self-signed' });
    const result = await checkThrough(await sniff(t, server.port), { tls: 'implicit', ca: server.certPem });
    assert.deepEqual(result, { came: 'synced', leaked: [] });
  });
});

describe('a server without TLS, or a line on which somebody takes it away', () => {
  const refused = { came: 'imap.tls-required', leaked: [] };
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
      assert.deepEqual(await checkThrough(await sniff(t, server.port), { tls: wanted, ca: tls.ca }), refused);
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
    assert.deepEqual(await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca }), refused);
    assert.match(sniffer.received().toString('latin1'), /OK Begin TLS[^\n]*\n\* CAPABILITY/);
  });

  it('a greeting that says we are logged in already does not do without TLS', async (t) => {
    const sniffer = await sniff(t, play('* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n'));
    assert.deepEqual(await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca }), refused);
  });

  it('STARTTLS that stands is good enough', async (t) => {
    const sniffer = await sniff(t, tls.plainPort);
    assert.deepEqual(await checkThrough(sniffer, { tls: 'starttls', ca: tls.ca }), { came: 'synced', leaked: [] });
    assert.match(sniffer.sent().toString('latin1'), / STARTTLS\r\n/);
  });
});
