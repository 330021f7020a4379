import { actionTable } from './action-table.ts';

actionTable('archive', {
  decides: [
    [{}, { effects: [{ kind: 'move', mailbox: 'Archiv', create: false }] }],
    [{}, { problem: 'mailbox-missing' }, {}, { context: { folders: [] } }],
    [{}, { problem: 'move-limit' }, {}, { history: { movesToday: 9 } }],
  ],
  refused: [[{ mailbox: { path: 'A' } }, '/mailbox']],
});
