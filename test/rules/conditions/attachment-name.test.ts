import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

const pdf = { type: 'application/pdf', disposition: 'attachment', name: 'Größe 42.PDF' };

conditionTable('attachmentName', {
  holds: [
    ['rechnung'],
    [{ endsWith: '.pdf' }],
    [{ matches: 'gr?ße*.pdf' }, parts(pdf)],
    [{ regex: '\\d+\\.pdf$' }, parts(pdf)],
  ],
  fails: [
    ['offer'],
    [{ is: 'rechnung' }],
    ['logo', parts({ type: 'image/png', disposition: 'inline', name: 'logo.png' })],
  ],
  unknown: [['a', { parts: undefined } as never]],
  refused: [[''], [{ matches: 3 }, '/matches']],
  needs: { structure: true },
});
