import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('bcc', {
  holds: [['dave', headers(['bcc', 'Dave <dave@example.com>'])]],
  fails: [['dave'], ['anna', headers(['bcc', 'dave@example.com'])]],
  refused: [['']],
  needs: { headers: ['bcc'] },
});
