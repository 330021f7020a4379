import { actionTable } from './action-table.ts';

actionTable('removeKeywords', {
  decides: [
    [{ keywords: ['$Flagged', 'work'] }, { effects: [{ kind: 'store', add: [], remove: ['$flagged'] }] }],
    [{ keywords: ['work'] }, {}],
  ],
  refused: [
    [{ keywords: [] }, '/keywords'],
    [{ keywords: ['ä'] }, '/keywords/0'],
  ],
});
