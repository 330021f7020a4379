import type { MessagePart } from '../../../shared/mail/parts.ts';
import { conditionTable } from './condition-table.ts';

const parts = (...all: MessagePart[]) => ({ parts: all });

const one = { type: 'image/png', disposition: 'attachment' };

conditionTable('attachmentCount', {
  holds: [
    [1],
    [0, parts({ type: 'text/plain' })],
    [{ min: 2 }, parts(one, one)],
    [{ max: 2 }, parts(one, one)],
    [{ min: 1, max: 3 }],
  ],
  fails: [[0], [2], [{ min: 2 }], [{ max: 1 }, parts(one, one)]],
  unknown: [[1, { parts: undefined } as never]],
  refused: [[-1], [1.5], [{}], [{ min: 3, max: 2 }], [{ least: 1 }, '/least']],
  needs: { structure: true },
});
