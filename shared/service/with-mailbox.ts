/** A session with an account's mailbox, its credential made fresh first; the one way in for every use case. */
import { isMailyardError } from '../errors.ts';
import { type MailSession, withSession } from '../imap/session.ts';
import type { Account } from '../store/accounts.ts';
import type { Credential } from '../vault/credential.ts';
import { type FreshCredentialDeps, freshCredential } from './fresh-credential.ts';

export type Mailbox = {
  readonly account: Account;
  readonly credential: Credential;
  readonly timeoutMs: number;
  /** Told of a credential that is another than the one given. */
  readonly onFresh?: (credential: Credential) => void;
};

/** Runs `act` once: a login is tried a second time where only the token was refused. Throws as withSession and freshCredential. */
export const withMailbox = async <Result>(
  deps: FreshCredentialDeps,
  { account, credential, timeoutMs, onFresh }: Mailbox,
  act: (session: MailSession) => Promise<Result>,
): Promise<Result> => {
  const ref = { tenant: account.tenant, accountId: account.id };
  const endsAt = deps.now() + timeoutMs;
  const attempt = async (from: Credential, rejected?: string): Promise<Result> => {
    const fresh = await freshCredential(deps, ref, from, rejected);
    if (fresh !== from) onFresh?.(fresh);
    try {
      const options = { server: account, credential: fresh, egress: deps.egress, timeoutMs: endsAt - deps.now() };
      return await withSession(options, act);
    } catch (error) {
      // Revoked or over before its time: one refresh tells whether the person has to sign in again.
      const again = fresh.kind === 'oauth' && rejected === undefined && isMailyardError(error, 'imap.auth-failed');
      if (!again) throw error;
      return await attempt(fresh, fresh.accessToken);
    }
  };
  return await attempt(credential);
};
