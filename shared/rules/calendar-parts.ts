/** Calendar data in a message (iMIP, RFC 6047 section 2.4): the method stands in Content-Type. */
import type { MessagePart } from '../mail/parts.ts';

export const hasCalendar = (parts: readonly MessagePart[], methods: readonly string[]): boolean =>
  parts.some(({ type, parameters }) => type === 'text/calendar' && methods.includes(parameters?.['method'] ?? ''));
