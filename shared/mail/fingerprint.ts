/** What stays the same of a message when it is copied or moved: Message-ID, size and INTERNALDATE (RFC 9051 section 6.4.7). */
import { createHash } from 'node:crypto';
import { headerValues, type MessageFacts } from './message.ts';

/** 48 bits as text, enough among the few messages that arrive in one folder during one run. */
export const fingerprintOf = (facts: Pick<MessageFacts, 'headers' | 'size' | 'receivedAt'>): string => {
  const parts = [headerValues(facts, 'message-id')[0] ?? '', facts.size, Math.floor(facts.receivedAt / 1_000)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 8);
};
