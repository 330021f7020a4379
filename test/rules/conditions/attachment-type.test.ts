import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

const image = parts({ type: 'image/png', disposition: 'attachment' });

conditionTable('attachmentType', {
  holds: [['application/pdf'], ['Application/PDF'], [['text/csv', 'image/*'], image]],
  fails: [['text/plain'], ['image/jpeg', image], ['imag/*', image], ['text/*', parts({ type: 'text/plain' })]],
  unknown: [['image/*', { parts: undefined } as never]],
  refused: [['pdf'], ['*/*'], [[]], [['image/png', 'x'], '/1']],
  needs: { structure: true },
});
