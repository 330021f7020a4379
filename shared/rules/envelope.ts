/** Under which address a message was delivered. */
import type { FactView } from './fact-view.ts';
import type { isMineOf } from './own-addresses.ts';

/** qmail and Postfix, Postfix, Exim; SMTP itself leaves no trace of RCPT TO. */
export const ENVELOPE_HEADERS: readonly string[] = ['delivered-to', 'x-original-to', 'envelope-to'];

export const SUBADDRESS_HEADERS: readonly string[] = [...ENVELOPE_HEADERS, 'to', 'cc'];

/**
 * The details (`shop` of `me+shop@example.com`, RFC 5233) of the addresses of delivery; without a trace of it those of the
 * owner's addresses in To and Cc, or of all in To and Cc where the owner is not known.
 */
export const subaddresses = (view: FactView, isMine: ReturnType<typeof isMineOf>): string[] => {
  const delivered = ENVELOPE_HEADERS.flatMap((name) => view.persons(name));
  const people = delivered.length > 0 ? delivered : ['to', 'cc'].flatMap((name) => view.persons(name));
  const asked = delivered.length > 0 || isMine === undefined ? people : people.filter(isMine);
  return asked.flatMap(({ written }) => {
    const local = written.slice(0, Math.max(written.lastIndexOf('@'), 0));
    const plus = local.indexOf('+', 1);
    return plus < 0 || plus === local.length - 1 ? [] : [local.slice(plus + 1)];
  });
};
