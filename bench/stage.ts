/** Everything that the benches over IMAP stand on: a mail server with the fixture, the slow line to it, and the database. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type KeyPair, makeKeyPair } from '../shared/vault/key-pair.ts';
import { createCertificate, type ServerCertificate } from '../test/support/certificates.ts';
import type { Dovecot } from '../test/support/dovecot.ts';
import { type BenchDatabase, startDatabase } from './database.ts';
import { type DelayProxy, startDelayProxy } from './delay-proxy.ts';
import { BENCH_CACHE, FIXTURE_USER, type Fixture, startFixtureServer } from './fixture.ts';
import { openRawImap } from './raw-imap.ts';

export type Stage = {
  readonly fixture: Fixture;
  readonly certificate: ServerCertificate;
  readonly keys: KeyPair;
  readonly database: BenchDatabase;
  readonly proxy: DelayProxy;
  /** For what a run leaves behind; gone with the stage. */
  readonly workFolder: string;
  readonly server: () => Dovecot;
  /** Another server with the fixture as it was; certificate and the proxy's port stay. */
  readonly renew: () => Promise<void>;
  /** The line to the server, from the next connection on. */
  readonly line: (rttMs: number, tap?: boolean) => Promise<void>;
  /** Lets the server read its indexes, so that the first to be measured does not do it for the others. */
  readonly warmServer: () => Promise<void>;
  readonly say: (line: string) => void;
};

const say = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

export const onStage = async <Result>(fixture: Fixture, act: (stage: Stage) => Promise<Result>): Promise<Result> => {
  const ends: (() => Promise<void> | void)[] = [];
  try {
    const certificate = await createCertificate('good');
    let server = await startFixtureServer(fixture, certificate, say);
    ends.push(() => server.stop());
    const database = await startDatabase();
    ends.push(database.stop);
    const proxy = await startDelayProxy(certificate);
    ends.push(proxy.stop);
    const workFolder = makeWorkFolder();
    ends.push(() => rmSync(workFolder, { recursive: true, force: true }));
    return await act({
      fixture,
      certificate,
      keys: await makeKeyPair(),
      database,
      proxy,
      workFolder,
      server: () => server,
      renew: async () => {
        await server.stop();
        server = await startFixtureServer(fixture, certificate, say);
      },
      line: (rttMs, tap = false) => proxy.aim({ port: server.port, rttMs, tap }),
      warmServer: () => warm(server.plainPort),
      say,
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
};

const warm = async (port: number): Promise<void> => {
  const imap = await openRawImap({ port });
  await imap.ask(`LOGIN ${FIXTURE_USER.user} ${FIXTURE_USER.password}`);
  await imap.ask('LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ))', 'EXAMINE INBOX');
  await imap.ask('LOGOUT');
  imap.close();
};

/** In the cache's own file system, so that files can be linked. Those of benches that were killed are taken away. */
const makeWorkFolder = (): string => {
  mkdirSync(BENCH_CACHE, { recursive: true });
  for (const name of readdirSync(BENCH_CACHE)) {
    const pid = Number(/^(?:work|making)-(\d+)$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) rmSync(path.join(BENCH_CACHE, name), { recursive: true, force: true });
  }
  const folder = path.join(BENCH_CACHE, `work-${process.pid}`);
  mkdirSync(folder);
  return folder;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
