import { conditionTable } from './condition-table.ts';

conditionTable('hasKeyword', {
  holds: [['$flagged'], ['$Flagged'], ['invoice', { keywords: ['invoice'] }]],
  fails: [['$seen'], ['flagged']],
  refused: [[''], ['a b'], ['\\Seen'], ['ä'], ['x'.repeat(65)], [1]],
  needs: {},
});
