import { actionTable } from './action-table.ts';

const to = (mailbox: string, create = false) => ({ effects: [{ kind: 'move', mailbox, create }] });

actionTable('move', {
  decides: [
    [{ mailbox: { role: 'archive' } }, to('Archiv')],
    [{ mailbox: { path: 'Bills' } }, to('Bills')],
    [{ mailbox: { path: 'Bills' }, create: true }, to('Bills')],
    [{ mailbox: { path: 'Bills/2025' }, create: true }, to('Bills/2025', true)],
    [{ mailbox: { path: 'Bills/2025' } }, { problem: 'mailbox-missing' }],
    [{ mailbox: { path: 'bills' } }, { problem: 'mailbox-missing' }],
    [{ mailbox: { role: 'junk' } }, { problem: 'mailbox-missing' }],
    [{ mailbox: { path: 'Lists' } }, { problem: 'mailbox-missing' }],
    [{ mailbox: { path: 'inbox' } }, { problem: 'already-there' }],
    [{ mailbox: { role: 'inbox' } }, { problem: 'already-there' }],
  ],
  refused: [
    [{}, '/mailbox'],
    [{ mailbox: 'Bills' }, '/mailbox'],
    [{ mailbox: { path: 'a\u0000' } }, '/mailbox/path'],
    [{ mailbox: { path: 'a*' } }, '/mailbox/path'],
    [{ mailbox: { role: 'Archive' } }, '/mailbox/role'],
    [{ mailbox: { path: 'Bills', role: 'archive' } }, '/mailbox/role'],
    [{ mailbox: { role: 'archive' }, create: true }, '/create'],
    [{ mailbox: { path: 'Bills' }, create: 'yes' }, '/create'],
  ],
});
