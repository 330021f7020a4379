/** A login that is tried and nothing else: before an account is added, and without adding one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, isMailyardError, MailyardError } from '../errors.ts';
import { listFolders } from '../imap/folders.ts';
import { type MailServer, withSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { providerOfDomain, providerOfHost } from '../mail/providers.ts';
import type { Credential } from '../vault/credential.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

export type ConnectionTested = { readonly folders: readonly ListedFolder[] };

/** Throws `imap.*` with the field to look at. Where nobody answers, it takes as long as where somebody else does. */
export const testConnection = async (
  deps: Pick<MailboxDeps, 'egress' | 'deadline' | 'now'>,
  server: MailServer,
  credential: Credential,
): Promise<ConnectionTested> => {
  const timeoutMs = Math.min(LIMITS.connectionTestSeconds * 1_000, deps.deadline() - deps.now());
  const startedAt = performance.now();
  try {
    return { folders: await withSession({ server, credential, egress: deps.egress, timeoutMs }, listFolders) };
  } catch (error) {
    if (!isMailyardError(error)) throw error;
    if (error.code === 'imap.unreachable') {
      await sleep(Math.max(0, LIMITS.connectionTestSecondsMin * 1_000 - (performance.now() - startedAt)));
    }
    const pointer = FIELD_OF[error.code];
    if (error.fields.length > 0 || pointer === undefined) throw error;
    const detail = (error.code === 'imap.auth-failed' && wayInto(server)) || error.message;
    throw new MailyardError(error.code, detail, { cause: error, fields: [{ pointer, detail }] });
  }
};

/** What known providers want in place of the password of their web page. */
const wayInto = ({ host, user }: MailServer): string | undefined => {
  const provider = providerOfHost(host) ?? providerOfDomain(user.slice(user.lastIndexOf('@') + 1));
  if (provider === undefined) return undefined;
  const { name, passwords, passwordPage } = provider;
  if (!passwords) return `${name} takes no passwords from programs; sign in at its page: POST /v1/accounts/authorize`;
  if (passwordPage === undefined) return undefined;
  return `${name} refused the login; it wants an app password, or IMAP switched on: ${passwordPage}`;
};

/** What an owner should look at first. */
const FIELD_OF: Partial<Record<ErrorCode, string>> = {
  'imap.host-not-found': '/host',
  'imap.host-refused': '/host',
  'imap.unreachable': '/host',
  'imap.certificate': '/ca',
  'imap.certificate-expired': '/ca',
  'imap.certificate-self-signed': '/ca',
  'imap.certificate-wrong-name': '/host',
  'imap.certificate-other-key': '/pin',
  'imap.tls-required': '/port',
  'imap.tls-too-old': '/host',
  'imap.tls-injection': '/host',
  'imap.preauth': '/host',
  'imap.auth-failed': '/password',
  'imap.sasl-missing': '/user',
};
