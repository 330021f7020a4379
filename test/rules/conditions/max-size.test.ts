import { conditionTable } from './condition-table.ts';

conditionTable('maxSize', {
  holds: [[5_001]],
  fails: [[5_000], [0]],
  refused: [[-1], [0.1], [null]],
  needs: {},
});
