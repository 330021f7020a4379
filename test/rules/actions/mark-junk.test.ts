import { actionTable } from './action-table.ts';

const folders = [{ path: 'X', delimiter: '/', selectable: true, role: 'junk' as const }];

actionTable('markJunk', {
  decides: [
    [
      {},
      {
        effects: [
          { kind: 'store', add: ['$junk'], remove: ['$notjunk'] },
          { kind: 'move', mailbox: 'X', create: false },
        ],
      },
      { keywords: ['$notjunk'] },
      { context: { folders } },
    ],
    [{}, { effects: [{ kind: 'store', add: ['$junk'], remove: [] }], problem: 'mailbox-missing' }],
  ],
  refused: [],
});
