/** `isMeetingRequest`: an invitation, or a change of one (iTIP REQUEST, RFC 5546 section 3.2.2). */
import { hasCalendar } from '../calendar-parts.ts';
import { structureCondition } from './boolean.ts';

export const isMeetingRequestCondition = structureCondition({
  name: 'isMeetingRequest',
  yes: 'asks to a meeting',
  no: 'asks to no meeting',
  holds: (parts) => hasCalendar(parts, ['request']),
});
