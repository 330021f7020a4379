/** Mail that no person waits for an answer to (RFC 3834 section 2, RFC 5230 section 4.6). */
import { parseAddresses } from '../mail/addresses.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import { replyTo } from './reply-headers.ts';

// RFC 2369, RFC 2919, RFC 8058.
const LIST_HEADERS = [
  'list-archive',
  'list-help',
  'list-id',
  'list-owner',
  'list-post',
  'list-subscribe',
  'list-unsubscribe',
  'list-unsubscribe-post',
];

export const AUTOMATIC_MAIL_HEADERS: readonly string[] = [
  'auto-submitted',
  'from',
  'precedence',
  'reply-to',
  'return-path',
  'sender',
  'x-auto-response-suppress',
  ...LIST_HEADERS,
];

/** Why a message counts as automatic, in words that quote nothing of it; undefined when a person seems to have sent it. */
export const automaticMailReason = (facts: Pick<MessageFacts, 'headers'>): string | undefined => {
  const has = (name: string, test: (value: string) => boolean) => headerValues(facts, name).some(test);
  // A comment or parameter may follow the keyword (RFC 3834 section 5).
  if (has('auto-submitted', (value) => !/^no\s*(?:[;(]|$)/i.test(value))) return 'it says that a machine sent it';
  if (has('precedence', (value) => /^(bulk|list|junk)\b/i.test(value))) return 'it is bulk mail';
  const list = LIST_HEADERS.find((name) => has(name, () => true));
  if (list !== undefined) return `it came through a mailing list (${list})`;
  if (has('return-path', (value) => /^<\s*>$/.test(value))) return 'it is a notification (empty Return-Path)';
  if (has('x-auto-response-suppress', (value) => /\b(all|oof|autoreply)\b/i.test(value)))
    return 'it asks for no automatic answer';
  if (['from', 'reply-to', 'sender'].some((name) => has(name, hasNoReplyAddress))) return 'its sender takes no replies';
  if (replyTo(facts).length === 0) return 'it names nobody to answer';
  return undefined;
};

const hasNoReplyAddress = (value: string): boolean =>
  parseAddresses(value).some(({ address }) => NO_REPLY.test(address));

const NO_REPLY =
  /^(?:[^@]*[-_.+])?(?:no|do[-_.]?not|dont|not)[-_.]?(?:reply|response|respond)(?:[-_.+][^@]*|\d*)@|^(?:mailer-daemon|postmaster|bounces?)(?:[-_.+][^@]*)?@/i;
