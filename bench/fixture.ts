/**
 * The mailboxes that benches measure on, each made once and kept in .cache/bench. A server gets a copy, so that every run
 * starts from the same state.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ServerCertificate } from '../test/support/certificates.ts';
import { type Dovecot, startDovecot } from '../test/support/dovecot.ts';
import { type Copied, copiedMessages, fillByCopying } from './fixture-copies.ts';
import { type FixtureUser, fillLarge, fillWide } from './fixture-mail.ts';
import { deliverMail, makeFolders, OLD_MAIL } from './rules-mail.ts';

/** Raised whenever what is made changes: older copies are then left unused. */
const VERSION = 1;
export const FIXTURE_SEED = 20_260_101;
export const BENCH_CACHE = path.resolve(import.meta.dirname, '../.cache/bench');
export const FIXTURE_USER: FixtureUser = { user: 'bench', password: 'bench-password' };
/** Another on the same server, whose mailbox is empty until a bench fills it. */
export const OTHER_USER: FixtureUser = { user: 'other', password: 'other-password' };

export type Fixture = {
  /** Names it in the cache; peers keep theirs beside it. */
  readonly name: string;
  readonly folders: number;
  readonly messages: number;
  readonly isLarge: boolean;
  /** Each has a mailbox of its own, the same at the start: tools that change mail would be in each other's way. */
  readonly users: readonly FixtureUser[];
  /** Puts the mail into a running Dovecot. `port` speaks without TLS. */
  readonly fill: (port: number, account: FixtureUser, seed: number) => Promise<void>;
};

export const LARGE: Fixture = {
  name: cacheName('57-folders'),
  folders: 57,
  messages: 150_000,
  isLarge: true,
  users: [FIXTURE_USER],
  fill: fillLarge,
};

/** An account with so many folders and little in them. */
export const wideFixture = (folders: number): Fixture => ({
  name: cacheName(`${folders}-folders`),
  folders,
  messages: 1_000 + Math.ceil((folders - 6) / 10),
  isLarge: false,
  users: [FIXTURE_USER],
  fill: (port, account, seed) => fillWide(port, account, seed, folders),
});

/** Many messages made of few, quickly. */
export const copiedFixture = (copied: Copied): Fixture => ({
  name: cacheName(`${copiedMessages(copied)}-copied`),
  // INBOX and the special ones come with the account.
  folders: copied.folders + 6,
  messages: copiedMessages(copied),
  isLarge: false,
  users: [FIXTURE_USER],
  fill: (port, account, seed) => fillByCopying(port, account, seed, copied),
});

/** A user for each tool that files mail, with folders to file into and so many messages of `deliverMail`. */
export const filingFixture = (tools: readonly string[], messages: number): Fixture => ({
  name: cacheName(`${messages}-to-file`),
  folders: 8,
  messages,
  isLarge: false,
  users: [FIXTURE_USER, ...tools.map((user) => ({ user, password: FIXTURE_USER.password }))],
  fill: async (port, account, seed) => {
    await makeFolders(port, account);
    if (messages > 0) await deliverMail(port, account, messages, seed, OLD_MAIL);
  },
});

function cacheName(what: string): string {
  // Mail belongs to whoever runs Dovecot: another user cannot read it.
  return `mail-v${VERSION}-${what}-uid${process.getuid?.() ?? 0}`;
}

/** A Dovecot that holds a copy of the fixture, made first where it is missing; `say` is told when that takes a while. */
export const startFixtureServer = async (
  fixture: Fixture,
  certificate: ServerCertificate,
  say: (line: string) => void,
): Promise<Dovecot> => {
  const cached = path.join(BENCH_CACHE, fixture.name);
  if (!existsSync(cached)) await make(fixture, cached, say);
  // The other one is for benches that need a second, empty account.
  const all = [...fixture.users, OTHER_USER];
  const users = Object.fromEntries(all.map(({ user, password }) => [user, password]));
  const server = await startDovecot({ users, certificate });
  try {
    for (const { user } of fixture.users) await copy(cached, homeOn(server, user));
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
};

const make = async (fixture: Fixture, cached: string, say: (line: string) => void): Promise<void> => {
  const from = performance.now();
  say(`making a mailbox of ${fixture.messages} messages in ${fixture.folders} folders, once ...`);
  mkdirSync(BENCH_CACHE, { recursive: true });
  const server = await startDovecot({ users: { [FIXTURE_USER.user]: FIXTURE_USER.password } });
  try {
    await fixture.fill(server.plainPort, FIXTURE_USER, FIXTURE_SEED);
    const unfinished = path.join(BENCH_CACHE, `making-${process.pid}`);
    rmSync(unfinished, { recursive: true, force: true });
    await copy(homeOn(server, FIXTURE_USER.user), unfinished);
    renameSync(unfinished, cached);
  } finally {
    await server.stop();
  }
  say(`made in ${Math.round((performance.now() - from) / 1_000)} s, seed ${FIXTURE_SEED}`);
};

const homeOn = (server: Dovecot, user: string): string => path.join(server.dir, 'home', user);

const copy = async (from: string, to: string): Promise<void> => {
  await promisify(execFile)('cp', ['-a', from, to]);
};
