import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

conditionTable('isReadReceipt', {
  holds: [
    [true, parts({ type: 'multipart/report', parameters: { 'report-type': 'disposition-notification' } })],
    [true, parts({ type: 'message/disposition-notification' })],
    [false, parts({ type: 'multipart/report', parameters: { 'report-type': 'delivery-status' } })],
  ],
  fails: [
    [true, parts({ type: 'multipart/report', parameters: { 'report-type': 'delivery-status' } })],
    [false, parts({ type: 'multipart/report', parameters: { 'report-type': 'disposition-notification' } })],
  ],
  unknown: [[true, { parts: undefined } as never]],
  refused: [['yes'], [null]],
  needs: { structure: true },
});
