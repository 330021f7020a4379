import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

conditionTable('isMeetingRequest', {
  holds: [
    [true, parts({ type: 'multipart/alternative' }, { type: 'text/calendar', parameters: { method: 'request' } })],
    [false, parts({ type: 'text/calendar' })],
  ],
  fails: [
    [true, parts({ type: 'text/calendar' })],
    [true, parts({ type: 'text/calendar', parameters: { method: 'reply' } })],
    [true, parts({ type: 'text/plain', parameters: { method: 'request' } })],
    [false, parts({ type: 'multipart/alternative' }, { type: 'text/calendar', parameters: { method: 'request' } })],
  ],
  unknown: [[true, { parts: undefined } as never]],
  refused: [['yes'], [null]],
  needs: { structure: true },
});
