import { actionTable } from './action-table.ts';

actionTable('markSeen', {
  decides: [
    [{}, { effects: [{ kind: 'store', add: ['$seen'], remove: [] }] }, { keywords: ['invoice'] }],
    [{}, {}, { keywords: ['$seen'] }],
  ],
  refused: [],
});
