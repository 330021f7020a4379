import { actionTable } from './action-table.ts';

actionTable('flag', {
  decides: [
    [{}, { effects: [{ kind: 'store', add: ['$flagged'], remove: [] }] }, { keywords: ['invoice'] }],
    [{}, {}, { keywords: ['$flagged'] }],
  ],
  refused: [],
});
