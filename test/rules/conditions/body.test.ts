import { conditionTable } from './condition-table.ts';

conditionTable('body', {
  holds: [['amount due'], ['PLEASE pay the amount'], ['pay\tthe']],
  fails: [['Invoice'], ['due!'], ['x', { bodyText: '' }]],
  unknown: [['amount', { bodyText: undefined } as never]],
  refused: [[''], [0]],
  needs: { body: true },
});
