import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('subaddress', {
  holds: [
    [{ is: 'shop' }, headers(['delivered-to', 'me+Shop@example.org'])],
    [true, headers(['to', 'me+shop@example.org'])],
    ['a+b', headers(['delivered-to', 'me+a+b@example.org'])],
    [false],
  ],
  fails: [
    [true, headers(['delivered-to', 'me@example.org'], ['to', 'me+shop@example.org'])],
    [true, headers(['to', 'bob+shop@example.org'])],
    [true, headers(['to', '+shop@example.org, me+@example.org'])],
    [{ is: 'shop' }, headers(['delivered-to', 'me+shops@example.org'])],
  ],
  refused: [[''], [3]],
  needs: { headers: ['delivered-to', 'x-original-to', 'envelope-to', 'to', 'cc'] },
});
