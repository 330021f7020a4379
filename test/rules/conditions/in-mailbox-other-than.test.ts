import { conditionTable } from './condition-table.ts';

conditionTable('inMailboxOtherThan', {
  holds: [[[{ role: 'archive' }, { path: 'Bills' }]]],
  fails: [[[{ role: 'archive' }, { role: 'inbox' }]], [[{ path: 'inbox' }]]],
  refused: [[[]], [{ role: 'inbox' }], [[{ path: '' }], '/0/path']],
  needs: {},
});
