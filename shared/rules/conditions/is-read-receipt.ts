/** `isReadReceipt`: a notice that a message sent before was shown or deleted (RFC 8098). */
import { structureCondition } from './boolean.ts';

const DISPOSITION = new Set(['message/disposition-notification', 'message/global-disposition-notification']);

export const isReadReceiptCondition = structureCondition({
  name: 'isReadReceipt',
  yes: 'is a receipt for reading',
  no: 'is no receipt for reading',
  holds: (parts) =>
    parts.some(
      ({ type, parameters }) =>
        DISPOSITION.has(type) ||
        (type === 'multipart/report' && parameters?.['report-type'] === 'disposition-notification'),
    ),
});
