import { conditionTable } from './condition-table.ts';

conditionTable('inMailbox', {
  holds: [[{ role: 'inbox' }], [{ path: 'INBOX' }], [{ path: 'inbox' }]],
  fails: [[{ role: 'archive' }], [{ role: 'junk' }], [{ path: 'Bills' }], [{ path: 'No such' }]],
  refused: [
    ['INBOX'],
    [{}, '/path'],
    [{ role: 'nothing' }, '/role'],
    [{ path: '' }, '/path'],
    [{ path: 'a\r\nb' }, '/path'],
    [null],
  ],
  needs: {},
});
