import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('notSentToMe', {
  holds: [
    [true, headers(['to', 'bob@x.example'], ['cc', 'me@example.org'])],
    [true, headers(['subject', 'x'])],
    [false, headers(['to', 'me@example.org'])],
  ],
  fails: [
    [true, headers(['to', 'me@example.org'])],
    [false, headers(['to', 'bob@x.example'], ['cc', 'me@example.org'])],
  ],
  unknown: [[true, {}, { context: { me: [] } }]],
  refused: [[1]],
  needs: { headers: ['to'] },
});
