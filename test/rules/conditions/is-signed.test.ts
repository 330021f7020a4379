import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

conditionTable('isSigned', {
  holds: [
    [true, parts({ type: 'multipart/signed' }, { type: 'text/plain' })],
    [true, parts({ type: 'application/pkcs7-mime', parameters: { 'smime-type': 'signed-data' } })],
    [false, parts({ type: 'text/plain' })],
  ],
  fails: [
    [true, parts({ type: 'text/plain' })],
    [true, parts({ type: 'multipart/encrypted' })],
    [false, parts({ type: 'multipart/signed' }, { type: 'text/plain' })],
  ],
  unknown: [[true, { parts: undefined } as never]],
  refused: [['yes'], [null]],
  needs: { structure: true },
});
