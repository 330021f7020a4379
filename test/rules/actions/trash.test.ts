import { actionTable } from './action-table.ts';

const folders = [{ path: 'X', delimiter: '/', selectable: true, role: 'trash' as const }];

actionTable('trash', {
  decides: [
    [{}, { effects: [{ kind: 'move', mailbox: 'X', create: false }] }, {}, { context: { folders } }],
    [{}, { problem: 'mailbox-missing' }],
  ],
  refused: [],
});
