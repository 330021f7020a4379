import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('sentOnlyToMe', {
  holds: [
    [true, headers(['to', 'me@example.org'])],
    [true, headers(['to', 'me@example.org, ich@bücher.example'])],
    [false, headers(['to', 'me@example.org, bob@x.example'])],
  ],
  fails: [
    [true, headers(['to', 'me@example.org, bob@x.example'])],
    [true, headers(['to', 'me@example.org'], ['cc', 'bob@x.example'])],
    [true, headers(['subject', 'x'])],
    [false, headers(['to', 'me@example.org'])],
  ],
  unknown: [[true, {}, { context: { me: [] } }]],
  refused: [[1]],
  needs: { headers: ['to', 'cc'] },
});
