import { conditionTable } from './condition-table.ts';

conditionTable('after', {
  holds: [['2025-03-01T09:30:00Z'], ['2024-02-29T00:00:00Z']],
  fails: [['2025-03-01T09:30:01Z'], ['2030-01-01T00:00:00Z']],
  refused: [['2025-02-29T00:00:00Z'], [''], [0]],
  needs: {},
});
