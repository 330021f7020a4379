/** What signing in at a provider needs: which there are, and how they are asked. */
import { guardedFetch } from '../egress/guarded-fetch.ts';
import { MailyardError } from '../errors.ts';
import type { OAuthDeps } from '../oauth/client.ts';
import type { OAuthProvider } from '../oauth/provider.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

/** Throws `oauth.not-configured`. */
export const providerOf = async (deps: Pick<MailboxDeps, 'providers'>, id: string): Promise<OAuthProvider> => {
  const known = (await deps.providers?.()) ?? [];
  const provider = known.find((one) => one.id === id);
  if (provider !== undefined) return provider;
  const ids = known.map((one) => one.id).join(', ');
  throw new MailyardError('oauth.not-configured', 'the provider is not set up in this deployment', {
    fields: [{ pointer: '/provider', detail: ids === '' ? 'none is set up' : `must be one of ${ids}` }],
  });
};

export const oauthDeps = ({ egress, now }: Pick<MailboxDeps, 'egress' | 'now'>): OAuthDeps => ({
  fetch: guardedFetch(egress),
  now,
});
