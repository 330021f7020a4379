/**
 * What stays the same of a message when it is copied or moved: Message-ID, size and INTERNALDATE (RFC 9051 section 6.4.7), and
 * EMAILID where the server has it.
 */
import { createHash } from 'node:crypto';
import { headerValues, type MessageFacts } from './message.ts';

/** 48 bits as text, enough among the few messages that arrive in one folder during one run. */
export const fingerprintOf = (facts: Pick<MessageFacts, 'headers' | 'size' | 'receivedAt'>): string => {
  const parts = [headerValues(facts, 'message-id')[0] ?? '', facts.size, Math.floor(facts.receivedAt / 1_000)];
  return shortHash(JSON.stringify(parts));
};

/** An EMAILID (RFC 8474 allows 255 characters), as short as a fingerprint. */
export const emailMarkOf = (emailId: string): string => shortHash(emailId);

export const EMAIL_MARK_CHARS = 8;

const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 8);
