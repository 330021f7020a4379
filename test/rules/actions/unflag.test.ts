import { actionTable } from './action-table.ts';

actionTable('unflag', {
  decides: [
    [{}, { effects: [{ kind: 'store', add: [], remove: ['$flagged'] }] }, { keywords: ['$flagged', 'invoice'] }],
    [{}, {}, { keywords: ['invoice'] }],
  ],
  refused: [],
});
