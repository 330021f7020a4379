import { conditionTable } from './condition-table.ts';

conditionTable('duplicate', {
  holds: [
    [true, {}, { history: { isDuplicate: true } }],
    [false, {}, { history: { isDuplicate: false } }],
  ],
  fails: [
    [true, {}, { history: { isDuplicate: false } }],
    [false, {}, { history: { isDuplicate: true } }],
  ],
  unknown: [[true]],
  refused: [['yes']],
  needs: {},
});
