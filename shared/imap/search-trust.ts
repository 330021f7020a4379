/** Servers that are known to search texts and sizes as RFC 9051 says, by their greeting. */
import type { SearchTrust } from '../rules/push-down.ts';
import type { MailSession } from './session.ts';

export const searchTrustOf = ({ greeting }: Pick<MailSession, 'greeting'>): SearchTrust => {
  const isKnown = /\b(dovecot|cyrus)\b/i.test(greeting);
  return { texts: isKnown, sizes: isKnown };
};
