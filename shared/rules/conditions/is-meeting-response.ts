/** `isMeetingResponse`: somebody accepts, declines or proposes otherwise (iTIP REPLY and COUNTER, RFC 5546 section 3.2). */
import { hasCalendar } from '../calendar-parts.ts';
import { structureCondition } from './boolean.ts';

export const isMeetingResponseCondition = structureCondition({
  name: 'isMeetingResponse',
  yes: 'answers an invitation',
  no: 'answers no invitation',
  holds: (parts) => hasCalendar(parts, ['reply', 'counter']),
});
