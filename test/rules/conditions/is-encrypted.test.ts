import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

conditionTable('isEncrypted', {
  holds: [
    [true, parts({ type: 'multipart/encrypted', parameters: { protocol: 'application/pgp-encrypted' } })],
    [true, parts({ type: 'application/pkcs7-mime', parameters: { 'smime-type': 'enveloped-data' } })],
    [true, parts({ type: 'application/x-pkcs7-mime' })],
    [false, parts({ type: 'text/plain' })],
  ],
  fails: [
    [true, parts({ type: 'text/plain' })],
    [true, parts({ type: 'application/pkcs7-mime', parameters: { 'smime-type': 'signed-data' } })],
    [false, parts({ type: 'multipart/encrypted', parameters: { protocol: 'application/pgp-encrypted' } })],
  ],
  unknown: [[true, { parts: undefined } as never]],
  refused: [['yes'], [null]],
  needs: { structure: true },
});
