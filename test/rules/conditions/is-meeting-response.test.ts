import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

conditionTable('isMeetingResponse', {
  holds: [
    [true, parts({ type: 'text/calendar', parameters: { method: 'reply' } })],
    [true, parts({ type: 'text/calendar', parameters: { method: 'counter' } })],
    [false, parts({ type: 'text/calendar', parameters: { method: 'request' } })],
  ],
  fails: [
    [true, parts({ type: 'text/calendar', parameters: { method: 'request' } })],
    [false, parts({ type: 'text/calendar', parameters: { method: 'reply' } })],
  ],
  unknown: [[true, { parts: undefined } as never]],
  refused: [['yes'], [null]],
  needs: { structure: true },
});
