/**
 * An account at the moment before its rules decide: mirrored, and with new mail waiting. Made once a scenario and server, and
 * copied for each run: Dovecot's files as they lie, our items under another tenant.
 */
import { chownSync, cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { uidSet } from '../../shared/mail/uid-set.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { accountPk, tenantPk } from '../../shared/store/keys.ts';
import { type Item, queryAll } from '../../shared/store/query.ts';
import { putItems } from '../../shared/store/write-batch.ts';
import type { RequestedChange } from '../../shared/sync/requested.ts';
import type { ChaosServer } from '../chaos/live.ts';
import { connectRaw } from '../chaos/raw-imap.ts';
import { startTlsProxy, type TlsProxy } from '../chaos/tls-proxy.ts';
import type { ServerCertificate } from '../support/certificates.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, type Yard } from '../support/yard.ts';
import { type Held, heldBy } from './mailbox.ts';
import type { Scenario } from './scenarios.ts';

export type Stage = { readonly yard: Yard; readonly certificate: ServerCertificate };

export type Template = {
  readonly scenario: Scenario;
  readonly server: ChaosServer;
  readonly user: string;
  readonly ref: AccountRef;
  readonly settings: readonly Item[];
  readonly items: readonly Item[];
  /** What the mailbox holds before anything is done. */
  readonly start: readonly Held[];
  readonly folders: readonly string[];
  readonly asked: readonly RequestedChange[] | undefined;
};

export type Clone = { readonly user: string; readonly ref: AccountRef; readonly proxy: TlsProxy };

// Behind the two that are there from the start.
const WANTED_UIDS = [3, 5];
const MESSAGES = ['wanted-1', 'other', 'wanted-2'] as const;

export const makeTemplate = async (
  { yard, certificate }: Stage,
  server: ChaosServer,
  scenario: Scenario,
  user: string,
): Promise<Template> => {
  const client = await connectRaw(server.plainPort, user, server.password);
  const proxy = await startTlsProxy(certificate);
  proxy.set({ port: server.plainPort, oddities: server.oddities });
  try {
    const put = async (folder: string, subject: string, flags: readonly string[]): Promise<void> => {
      const source = letter({ subject, id: subject, from: 'Carol <carol@example.net>', body: `Body of ${subject}.` });
      const { ok, status } = await client.send(
        `APPEND "${folder}" (${flags.join(' ')}) {${Buffer.byteLength(source)}+}\r\n${source}`,
      );
      if (!ok) throw new Error(`Dovecot did not take ${subject}: ${status}`);
    };
    for (const folder of ['Target', 'Empty']) await client.send(`CREATE ${folder}`);
    // Other clients' mail, some of it marked for deletion: nobody but them may expunge it.
    for (const folder of ['INBOX', 'Target', 'Archive', 'Drafts']) {
      await put(folder, `old in ${folder}`, ['\\Seen']);
      await put(folder, `deleted in ${folder}`, ['\\Deleted']);
    }
    const settings = { tenant: user, password: server.password, allowDestroy: true };
    const ref = await yard.addAccount({ ...proxy, users: {} }, user, settings);
    const { actions, alsoOfSecond, asks } = scenario;
    if (asks === undefined) await yard.addRule(ref, { name: 'Rule', conditions: { subject: 'wanted' }, actions });
    if (alsoOfSecond !== undefined) {
      const conditions = { subject: 'wanted-2' };
      await yard.addRule(ref, { name: 'Second', sequence: 1, conditions, actions: alsoOfSecond });
    }
    await checkUntilQuiet(yard, ref);
    for (const message of MESSAGES) await put('INBOX', message, scenario.arrive);
    await put('INBOX', 'deleted on arrival', ['\\Deleted']);
    // What rules are about is new to us when they are put to it, what the owner asks about is not.
    if (asks !== undefined) await checkUntilQuiet(yard, ref);
    const { table } = yard.deps;
    return {
      scenario,
      server,
      user,
      ref,
      settings: await queryAll(table, tenantPk(user), { consistent: true }),
      items: await queryAll(table, accountPk(user, ref.accountId), { consistent: true }),
      start: await heldBy(server.doveadm, user),
      folders: (await server.doveadm.everything(user)).map(({ path: name }) => name),
      asked: await askedBy(yard, ref, scenario),
    };
  } finally {
    client.close();
    await proxy.stop();
  }
};

const askedBy = async (
  yard: Yard,
  ref: AccountRef,
  { asks }: Scenario,
): Promise<readonly RequestedChange[] | undefined> => {
  if (asks === undefined) return undefined;
  const cursors = (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders);
  const inbox = cursors.find((cursor) => cursor.path === 'INBOX');
  if (inbox === undefined) throw new Error('INBOX is not mirrored');
  return asks({ folderId: inbox.id, uidValidity: inbox.uidValidity }, uidSet(WANTED_UIDS));
};

const homeOf = ({ dir }: ChaosServer, user: string): string => path.join(dir, 'home', user);

export const cloneTemplate = async ({ yard, certificate }: Stage, template: Template, user: string): Promise<Clone> => {
  const { server } = template;
  const ref = { ...template.ref, tenant: user };
  const proxy = await startTlsProxy(certificate);
  copyHome(homeOf(server, template.user), homeOf(server, user));
  const credential = await yard.deps.sealer.seal({ kind: 'password', password: server.password }, ref);
  const account = { tenant: user, user, port: proxy.port, ca: proxy.ca, credential };
  const settings = template.settings.map((item) => ({
    ...item,
    pk: tenantPk(user),
    ...(item['id'] === ref.accountId ? account : {}),
  }));
  const items = template.items.map((item) => ({ ...item, pk: accountPk(user, ref.accountId) }));
  await putItems(yard.deps.table, [...settings, ...items]);
  return { user, ref, proxy };
};

/**
 * With the times and owners of the original, or Dovecot would index it anew, or could not read it. Synchronous, as that costs a
 * third: there are some fifty files.
 */
const copyHome = (from: string, to: string): void => {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
  const { uid, gid } = statSync(from);
  if (uid === process.getuid?.()) return;
  for (const name of ['', ...readdirSync(to, { recursive: true, encoding: 'utf8' })])
    chownSync(path.join(to, name), uid, gid);
};

export const dropClone = async (server: ChaosServer, { user, proxy }: Clone): Promise<void> => {
  await proxy.stop();
  rmSync(homeOf(server, user), { recursive: true, force: true });
};
