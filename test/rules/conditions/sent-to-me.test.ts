import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('sentToMe', {
  holds: [
    [true, headers(['to', 'Bob <bob@x.example>, Me <ME@example.org>'])],
    [true, headers(['to', 'me+shop@example.org'])],
    [true, headers(['to', 'ich@xn--bcher-kva.example'])],
    [false, headers(['to', 'bob@x.example'])],
  ],
  fails: [
    [true, headers(['to', 'bob@x.example'])],
    [true, headers(['cc', 'me@example.org'])],
    [true, headers(['to', 'me@example.org.evil.example'])],
    [false, headers(['to', 'Bob <bob@x.example>, Me <ME@example.org>'])],
  ],
  unknown: [[true, {}, { context: { me: [] } }]],
  refused: [[1]],
  needs: { headers: ['to'] },
});
