import { actionTable } from './action-table.ts';

actionTable('addKeywords', {
  decides: [
    [
      { keywords: ['Invoice', '$flagged', 'invoice'] },
      { effects: [{ kind: 'store', add: ['invoice'], remove: [] }] },
      { keywords: ['$flagged'] },
    ],
    [{ keywords: ['$flagged'] }, {}],
  ],
  refused: [
    [{}, '/keywords'],
    [{ keywords: [] }, '/keywords'],
    [{ keywords: 'invoice' }, '/keywords'],
    [{ keywords: ['a', 'b c'] }, '/keywords/1'],
    [{ keywords: ['$Deleted'] }, '/keywords/0'],
    [{ keywords: Array.from({ length: 21 }, (_, n) => `k${n}`) }, '/keywords'],
  ],
});
