import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('importance', {
  holds: [
    ['high', headers(['importance', 'High'])],
    ['high', headers(['x-priority', '1 (Highest)'])],
    ['low', headers(['x-priority', '5'])],
    ['low', headers(['priority', 'non-urgent'])],
    ['normal'],
    ['normal', headers(['importance', 'whatever'])],
  ],
  fails: [['high'], ['low', headers(['importance', 'high'])], ['normal', headers(['x-msmail-priority', 'High'])]],
  refused: [['urgent'], [1]],
  needs: { headers: ['importance', 'x-priority', 'x-msmail-priority', 'priority'] },
});
