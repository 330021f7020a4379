/** A real Dovecot on loopback for one test file: its own folder, ports, certificate and users. Runs as root and as anybody else. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { secretInUse } from './canary.ts';
import { type CertificateKind, createCertificate, type ServerCertificate } from './certificates.ts';
import { type DovecotSettings, dovecotConfig } from './dovecot-config.ts';
import { freePorts } from './free-port.ts';

export type DovecotOptions = {
  /** Name -> password; alice and bob unless told otherwise. */
  readonly users?: Readonly<Record<string, string>>;
  /** Which port `port` is; `none` is a server that knows no TLS at all. */
  readonly tls?: 'implicit' | 'starttls' | 'none';
  /** What the server announces after login, in place of everything it can: `DOVECOT_CAPABILITY` less something. */
  readonly capability?: string;
  readonly certificate?: CertificateKind | ServerCertificate;
  readonly mailPlugins?: string;
  /** More lines for the end of dovecot.conf. */
  readonly extra?: string;
};

export type Dovecot = {
  readonly host: '127.0.0.1';
  /** Implicit TLS by default, else as `tls` asked. */
  readonly port: number;
  /** STARTTLS, or plain text where `tls` is `none`. */
  readonly plainPort: number;
  readonly users: Readonly<Record<string, string>>;
  /** PEM to trust, for any `certificate` that can be trusted. */
  readonly ca: string;
  readonly certPem: string;
  readonly dir: string;
  /** Runs `doveadm -c <its config> ...args` and gives what it printed; throws with its stderr when it fails. */
  readonly doveadm: (args: readonly string[], stdin?: string | Uint8Array) => Promise<string>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

/** Debian's 2.3.19 after login; for `capability`. */
export const DOVECOT_CAPABILITY =
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT ' +
  'MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ' +
  'ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE ' +
  'LITERAL+ NOTIFY SPECIAL-USE';

/** The capabilities above without some: a server that lacks them, as far as a client can tell. */
export const capabilityWithout = (...names: string[]): string =>
  DOVECOT_CAPABILITY.split(' ')
    .filter((name) => !names.includes(name))
    .join(' ');

const NOBODY = 65_534;
const START_MS_MAX = 20_000;
const START_ATTEMPTS = 3;

export const startDovecot = async (options: DovecotOptions = {}): Promise<Dovecot> => {
  const binary = findDovecot();
  await refuseOtherVersion(binary);
  const certificate = await certificateFor(options.certificate ?? 'good');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(binary, options, certificate);
    } catch (error) {
      // Another process may take a free port between our looking and Dovecot's listening.
      if (attempt === START_ATTEMPTS || !String(error).includes('Address already in use')) throw error;
    }
  }
};

const startOnce = async (binary: string, options: DovecotOptions, certificate: ServerCertificate): Promise<Dovecot> => {
  const users = options.users ?? { alice: 'alice-password', bob: 'bob-password' };
  for (const password of Object.values(users)) secretInUse(password);
  const tls = options.tls ?? 'implicit';
  const [imapsPort, plainPort] = (await freePorts(2)) as [number, number];
  const { dir, settings } = writeFolder(users, certificate, {
    plainPort,
    tlsPort: tls === 'none' ? undefined : imapsPort,
    options,
  });
  const config = path.join(dir, 'dovecot.conf');
  writeFileSync(config, dovecotConfig(settings));
  const guard = startGuarded(binary, config, dir);
  const log = (): string => {
    try {
      return readFileSync(path.join(dir, 'log'), 'utf8');
    } catch {
      return '';
    }
  };
  try {
    await untilGreeting(plainPort, () => `${guard.output()}${log()}`, guard.exited);
  } catch (error) {
    await guard.stop();
    throw error;
  }
  return {
    host: '127.0.0.1',
    port: tls === 'implicit' ? imapsPort : plainPort,
    plainPort,
    users,
    ca: certificate.caPem,
    certPem: certificate.certPem,
    dir,
    doveadm: (args, stdin) => run('doveadm', ['-c', config, ...args], stdin),
    log,
    stop: guard.stop,
  };
};

const writeFolder = (
  users: Readonly<Record<string, string>>,
  certificate: ServerCertificate,
  asked: { plainPort: number; tlsPort: number | undefined; options: DovecotOptions },
): { dir: string; settings: DovecotSettings } => {
  const isRoot = process.getuid?.() === 0;
  const [uid, gid] = isRoot ? [NOBODY, NOBODY] : [process.getuid?.() ?? NOBODY, process.getgid?.() ?? NOBODY];
  const internalUser = isRoot ? 'dovecot' : ownName('-un');
  const dir = mkdtempSync(path.join(tmpdir(), 'mailyard-dovecot-'));
  // The mail belongs to another user than root, who must be able to walk in.
  chmodSync(dir, 0o711);
  mkdirSync(path.join(dir, 'home'));
  chownSync(path.join(dir, 'home'), uid, gid);
  const certFile = path.join(dir, 'cert.pem');
  const keyFile = path.join(dir, 'key.pem');
  writeFileSync(certFile, certificate.certPem);
  writeFileSync(keyFile, certificate.keyPem, { mode: 0o600 });
  writeFileSync(
    path.join(dir, 'passwd'),
    Object.entries(users)
      .map(([name, password]) => `${name}:{PLAIN}${password}::::::\n`)
      .join(''),
    { mode: 0o644 },
  );
  return {
    dir,
    settings: {
      dir,
      tls: asked.tlsPort === undefined ? undefined : { certFile, keyFile, port: asked.tlsPort },
      plainPort: asked.plainPort,
      uid,
      gid,
      internalUser,
      internalGroup: isRoot ? 'dovecot' : ownName('-gn'),
      loginUser: isRoot ? 'dovenull' : internalUser,
      capability: asked.options.capability,
      mailPlugins: asked.options.mailPlugins ?? '',
      extra: asked.options.extra ?? '',
    },
  };
};

/** Name of the user (-un) or group (-gn) that runs this. Dovecot takes no numbers here. */
const ownName = (option: '-un' | '-gn'): string => {
  try {
    return execFileSync('id', [option], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    throw new Error(
      `Dovecot cannot run as user ${process.getuid?.()}: it has no entry in /etc/passwd or no named group.`,
    );
  }
};

/**
 * Dovecot under a shell that ends it, and removes its folder, when its own stdin closes: that happens at `stop` and also
 * when this process dies in any way, SIGKILL included. Detached, so that Ctrl-C does not end the shell first.
 */
const startGuarded = (binary: string, config: string, dir: string) => {
  const script = `"$1" -F -c "$2" </dev/null & pid=$!
    read -r line
    trap : TERM; kill -TERM 0; wait $pid
    for again in 1 2 3 4 5; do rm -rf "$3" 2>/dev/null && break; sleep 0.2; done`;
  const guard = spawn('/bin/sh', ['-c', script, 'sh', binary, config, dir], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [guard.stdout, guard.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    // A test that forgets to stop its server still ends; the shell then cleans up.
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
  const exited = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
  guard.stdin.on('error', () => undefined);
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  guard.unref();
  const stop = async (): Promise<void> => {
    guard.ref();
    guard.stdin.end();
    await exited;
  };
  return { stop, exited, output: () => output };
};

const untilGreeting = async (port: number, log: () => string, exited: Promise<void>): Promise<void> => {
  const giveUpAt = Date.now() + START_MS_MAX;
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  while (!(await greets(port))) {
    const text = log();
    if (gone || Date.now() > giveUpAt || /Fatal|Error: .*bind|Address already in use/.test(text)) {
      throw new Error(`Dovecot did not start:\n${text}`);
    }
    await sleep(20);
  }
};

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once('data', (data) => end(data.toString().startsWith('* OK')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });

const findDovecot = (): string => {
  for (const dir of [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']) {
    const file = path.join(dir, 'dovecot');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error('These tests need Dovecot 2.3: install the package dovecot-imapd and run them again.');
};

const refuseOtherVersion = async (binary: string): Promise<void> => {
  const { stdout } = await promisify(execFile)(binary, ['--version']);
  if (stdout.startsWith('2.3.')) return;
  throw new Error(
    `These tests write the configuration of Dovecot 2.3; ${stdout.trim()} is installed (2.4 has another syntax).`,
  );
};

const certificateFor = async (wanted: CertificateKind | ServerCertificate): Promise<ServerCertificate> =>
  typeof wanted === 'string' ? await createCertificate(wanted) : wanted;

const run = (command: string, args: readonly string[], stdin: string | Uint8Array = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${Buffer.concat(err)}`));
    });
    child.stdin.end(stdin);
  });
