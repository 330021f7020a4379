import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('sensitivity', {
  holds: [
    ['private', headers(['sensitivity', 'Private'])],
    ['confidential', headers(['sensitivity', 'Company-Confidential'])],
    ['normal'],
  ],
  fails: [['private'], ['normal', headers(['sensitivity', 'personal'])]],
  refused: [['secret']],
  needs: { headers: ['sensitivity'] },
});
