import { conditionTable } from './condition-table.ts';

conditionTable('minSize', {
  holds: [[5_000], [0], [4_999]],
  fails: [[5_001]],
  refused: [[-1], [1.5], ['1'], [Number.MAX_VALUE]],
  needs: {},
});
