import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('sentToOrCcMe', {
  holds: [
    [true, headers(['cc', 'me@example.org'])],
    [true, headers(['to', 'a@b.c, me@example.org'])],
    [false, headers(['bcc', 'me@example.org'])],
  ],
  fails: [
    [true, headers(['bcc', 'me@example.org'])],
    [false, headers(['cc', 'me@example.org'])],
  ],
  unknown: [[true, {}, { context: { me: [] } }]],
  refused: [[1]],
  needs: { headers: ['to', 'cc'] },
});
