import { actionTable } from './action-table.ts';

actionTable('markUnseen', {
  decides: [
    [{}, { effects: [{ kind: 'store', add: [], remove: ['$seen'] }] }, { keywords: ['$seen', 'invoice'] }],
    [{}, {}, { keywords: ['invoice'] }],
  ],
  refused: [],
});
