import { conditionTable } from './condition-table.ts';

conditionTable('notKeyword', {
  holds: [['$seen'], ['$SEEN']],
  fails: [['$flagged'], ['$Flagged']],
  refused: [[''], ['a b'], [{}]],
  needs: {},
});
