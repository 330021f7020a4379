import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('sentCcMe', {
  holds: [
    [true, headers(['cc', 'me@example.org'])],
    [false, headers(['to', 'me@example.org'])],
  ],
  fails: [
    [true, headers(['to', 'me@example.org'])],
    [false, headers(['cc', 'me@example.org'])],
  ],
  unknown: [[true, {}, { context: { me: [] } }]],
  refused: [[1]],
  needs: { headers: ['cc'] },
});
