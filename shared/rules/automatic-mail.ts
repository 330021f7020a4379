/** Mail that no person waits for an answer to (RFC 3834 section 2, RFC 5230 section 4.6), and its kinds. */
import { LIMITS } from '../limits.ts';
import { parseAddresses } from '../mail/addresses.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import { replyTo } from './reply-headers.ts';

type Facts = Pick<MessageFacts, 'headers'>;

/** RFC 2369, RFC 2919, RFC 8058. */
export const LIST_HEADERS: readonly string[] = [
  'list-archive',
  'list-help',
  'list-id',
  'list-owner',
  'list-post',
  'list-subscribe',
  'list-unsubscribe',
  'list-unsubscribe-post',
];

export const BULK_HEADERS: readonly string[] = ['precedence', 'list-unsubscribe', 'list-unsubscribe-post'];

/** Who sent it, and who is to be answered. */
export const SENDER_HEADERS: readonly string[] = ['from', 'reply-to', 'sender'];

export const AUTOMATIC_REPLY_HEADERS: readonly string[] = [
  'auto-submitted',
  'precedence',
  'x-autoreply',
  'x-autorespond',
  'x-autoresponse',
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
export const automaticMailReason = (facts: Facts): string | undefined => {
  // A comment or parameter may follow the keyword (RFC 3834 section 5).
  if (has(facts, 'auto-submitted', (value) => !/^no\s*(?:[;(]|$)/i.test(value)))
    return 'it says that a machine sent it';
  if (has(facts, 'precedence', (value) => /^(bulk|list|junk)\b/i.test(value))) return 'it is bulk mail';
  const list = LIST_HEADERS.find((name) => has(facts, name, () => true));
  if (list !== undefined) return `it came through a mailing list (${list})`;
  if (has(facts, 'return-path', (value) => /^<\s*>$/.test(value))) return 'it is a notification (empty Return-Path)';
  if (has(facts, 'x-auto-response-suppress', (value) => /\b(all|oof|autoreply)\b/i.test(value)))
    return 'it asks for no automatic answer';
  if (isNoReplyMail(facts)) return 'its sender takes no replies';
  if (replyTo(facts).length === 0) return 'it names nobody to answer';
  return undefined;
};

/** A mailing list says so; a newsletter that only lets one unsubscribe is bulk mail. */
export const isListMail = (facts: Facts): boolean =>
  facts.headers.some(([name, value]) => LIST_ONLY.has(name) || (name === 'precedence' && /^list\b/i.test(value)));

const LIST_ONLY = new Set(LIST_HEADERS.filter((name) => !name.startsWith('list-unsubscribe')));

export const isBulkMail = (facts: Facts): boolean =>
  facts.headers.some(
    ([name, value]) =>
      name === 'list-unsubscribe' ||
      name === 'list-unsubscribe-post' ||
      (name === 'precedence' && /^(bulk|list|junk)\b/i.test(value)),
  );

export const isNoReplyMail = (facts: Facts): boolean =>
  SENDER_HEADERS.some((name) =>
    has(facts, name, (value) =>
      parseAddresses(value).some(({ address }) => address.length <= LIMITS.userCharsMax && NO_REPLY.test(address)),
    ),
  );

export const isAutomaticReply = (facts: Facts): boolean =>
  has(facts, 'auto-submitted', (value) => /^auto-replied\b/i.test(value)) ||
  has(facts, 'precedence', (value) => /^auto_reply\b/i.test(value)) ||
  ['x-autoreply', 'x-autorespond', 'x-autoresponse'].some((name) => has(facts, name, (value) => !/^no\b/i.test(value)));

const has = (facts: Facts, name: string, test: (value: string) => boolean): boolean =>
  headerValues(facts, name).some(test);

const NO_REPLY =
  /^(?:[^@]*[-_.+])?(?:no|do[-_.]?not|dont|not)[-_.]?(?:reply|response|respond)(?:[-_.+][^@]*|\d*)@|^(?:mailer-daemon|postmaster|bounces?)(?:[-_.+][^@]*)?@/i;
