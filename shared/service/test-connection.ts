/** A login and a listing with what an owner sent, before any of it is kept. */
import { type ErrorCode, isMailyardError, MailyardError } from '../errors.ts';
import { listFolders } from '../imap/folders.ts';
import { type MailServer, withSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { Credential } from '../vault/credential.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

/** Throws `imap.*`, naming the field to look at. */
export const testConnection = async (deps: MailboxDeps, server: MailServer, credential: Credential): Promise<void> => {
  const timeoutMs = Math.min(LIMITS.connectionTestSeconds * 1_000, deps.deadline() - deps.now());
  try {
    await withSession({ server, credential, egress: deps.egress, timeoutMs }, listFolders);
  } catch (error) {
    if (!isMailyardError(error) || error.fields.length > 0) throw error;
    const pointer = FIELD_OF[error.code];
    if (pointer === undefined) throw error;
    throw new MailyardError(error.code, error.message, { cause: error, fields: [{ pointer, detail: error.message }] });
  }
};

/** What an owner should look at first. */
const FIELD_OF: Partial<Record<ErrorCode, string>> = {
  'imap.host-not-found': '/host',
  'imap.host-refused': '/host',
  'imap.unreachable': '/host',
  'imap.certificate': '/ca',
  'imap.tls-required': '/port',
  'imap.auth-failed': '/password',
};
