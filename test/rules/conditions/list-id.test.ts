import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

const list = headers(['list-id', 'Standards talk <tc39.example.org>']);

conditionTable('listId', {
  holds: [
    [{ is: 'tc39.example.org' }, list],
    ['standards', list],
    [{ endsWith: '.example.org' }, list],
    [{ is: 'bare.example.org' }, headers(['list-id', 'bare.example.org'])],
  ],
  fails: [['tc39'], [{ is: 'standards talk' }, list], [{ is: 'example.org' }, list]],
  refused: [['']],
  needs: { headers: ['list-id'] },
});
