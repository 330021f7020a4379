import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

conditionTable('isNonDeliveryReport', {
  holds: [
    [true, parts({ type: 'multipart/report', parameters: { 'report-type': 'delivery-status' } })],
    [true, parts({ type: 'multipart/mixed' }, { type: 'message/delivery-status' })],
    [false, parts({ type: 'multipart/report', parameters: { 'report-type': 'disposition-notification' } })],
  ],
  fails: [
    [true, parts({ type: 'multipart/report', parameters: { 'report-type': 'disposition-notification' } })],
    [true, parts({ type: 'text/plain' })],
    [false, parts({ type: 'multipart/report', parameters: { 'report-type': 'delivery-status' } })],
  ],
  unknown: [[true, { parts: undefined } as never]],
  refused: [['yes'], [null]],
  needs: { structure: true },
});
