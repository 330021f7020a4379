import { actionTable } from './action-table.ts';

actionTable('setImportance', {
  decides: [
    [{ importance: 'high' }, { effects: [{ kind: 'store', add: ['$important'], remove: [] }] }],
    [
      { importance: 'low' },
      { effects: [{ kind: 'store', add: [], remove: ['$important'] }] },
      { keywords: ['$important'] },
    ],
    [{ importance: 'normal' }, {}],
  ],
  refused: [
    [{}, '/importance'],
    [{ importance: 'urgent' }, '/importance'],
  ],
});
