import { NOW } from '../samples.ts';
import { actionTable } from './action-table.ts';

const folders = [{ path: 'X', delimiter: '/', selectable: true, role: 'trash' as const }];

actionTable('expire', {
  decides: [
    [
      { after: 'P30D' },
      {
        effects: [
          {
            kind: 'later',
            at: NOW + 30 * 86_400_000,
            recheck: 'conditions',
            mailbox: 'INBOX',
            effects: [{ kind: 'move', ruleId: 'r1', mailbox: 'X', create: false }],
          },
        ],
      },
      {},
      { context: { folders } },
    ],
    [{ after: 'P30D' }, { problem: 'mailbox-missing' }],
    [{ after: 'P30D' }, { problem: 'time-unknown' }, {}, { context: { now: undefined } as never }],
  ],
  refused: [
    [{}, '/after'],
    [{ after: 30 }, '/after'],
    [{ after: 'P1Y' }, '/after'],
  ],
});
