/** `hasAttachment`: whether the message has an attachment (true) or none (false). */
import { isAttachment } from '../../mail/parts.ts';
import { structureCondition } from './boolean.ts';

export const hasAttachmentCondition = structureCondition({
  name: 'hasAttachment',
  yes: 'has an attachment',
  no: 'has no attachment',
  holds: (parts) => parts.some(isAttachment),
});
