import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('envelopeTo', {
  holds: [
    [{ is: 'me+shop@example.org' }, headers(['delivered-to', 'me+shop@example.org'])],
    ['shop', headers(['x-original-to', 'shop@example.org'])],
    [{ endsWith: '@example.org' }, headers(['envelope-to', 'a@example.org'])],
  ],
  fails: [['me@'], ['shop', headers(['to', 'shop@example.org'])]],
  refused: [['']],
  needs: { headers: ['delivered-to', 'x-original-to', 'envelope-to'] },
});
