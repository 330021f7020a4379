/** Entity tags (RFC 9110 section 8.8.3): the revision of what the owner wrote; state and counters make no new one. */
import { MailyardError } from '../errors.ts';
import type { RevisionWanted } from '../service/revision.ts';

export const etagOf = (revision: number): string => `"${revision}"`;

/** `*`, or a list of tags; a weak or foreign one never matches (section 13.1.1). Throws `precondition.required`, `request.invalid`. */
export const parseIfMatch = (header: string | undefined): RevisionWanted => {
  const value = header?.trim();
  if (value === undefined || value === '') {
    throw new MailyardError('precondition.required', 'send If-Match with the ETag that you read, or * for any');
  }
  if (value === '*') return 'any';
  const tags = value.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    throw new MailyardError('request.invalid', 'If-Match must be * or ETags in quotation marks');
  }
  return tags.map((tag) => (/^"[1-9]\d{0,14}"$/.test(tag) ? Number(tag.slice(1, -1)) : Number.NaN));
};
