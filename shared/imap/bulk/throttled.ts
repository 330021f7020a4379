/** Servers that ask to wait: Exchange says how long, others only that (RFC 5530 LIMIT; OVERQUOTA and THROTTLED of Gmail). */
import { MailyardError } from '../../errors.ts';
import type { StatusResponse } from './response.ts';

const CODES = new Set(['THROTTLED', 'OVERQUOTA', 'LIMIT']);

export const isThrottled = ({ status, code, text }: StatusResponse): boolean =>
  status !== 'OK' && (CODES.has(code ?? '') || /\bthrottled\b/i.test(text));

/** `imap.throttled`; where the server said how long, its cause has `throttleReset` in milliseconds, as imapflow's errors do. */
export const throttledError = ({ text }: StatusResponse): MailyardError => {
  const wait = /Backoff Time[:=\s]+(\d{1,9})/i.exec(text)?.[1];
  const cause = Object.assign(new Error(text), {
    code: 'ETHROTTLE',
    ...(wait === undefined ? {} : { throttleReset: Number(wait) }),
  });
  return new MailyardError('imap.throttled', 'the mail server asks to come back later', { cause });
};
