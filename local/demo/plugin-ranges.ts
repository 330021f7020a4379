/** Message sets: the server's own splits the set's text again for every message. */
import type { Server } from 'hoodiecrow-imap';

export const rangesPlugin = (server: Server): void => {
  server.getMessageRange = (mailbox, set, isUid = false) => {
    const messages = Array.isArray(mailbox) ? mailbox : mailbox.messages;
    // `*` is the highest number in use, so `900:*` holds the last message also when it is below 900 (RFC 9051 section 9).
    const highest = isUid ? (messages.at(-1)?.uid ?? 0) : messages.length;
    const ranges = set.split(',').map((text) => {
      const [first = 0, last = first] = text.split(':').map((part) => (part === '*' ? highest : Number(part)));
      return first <= last ? { first, last } : { first: last, last: first };
    });
    return messages.flatMap((message, index): [number, typeof message][] => {
      const number = isUid ? message.uid : index + 1;
      return ranges.some(({ first, last }) => number >= first && number <= last) ? [[index + 1, message]] : [];
    });
  };
};
