import { actionTable } from './action-table.ts';

const to = (mailbox: string, create = false) => ({ effects: [{ kind: 'copy', mailbox, create }] });

actionTable('copy', {
  decides: [
    [{ mailbox: { role: 'archive' } }, to('Archiv')],
    [{ mailbox: { path: 'New' }, create: true }, to('New', true)],
    [{ mailbox: { path: 'New' } }, { problem: 'mailbox-missing' }],
    [{ mailbox: { role: 'trash' } }, { problem: 'mailbox-missing' }],
    [{ mailbox: { path: 'INBOX' } }, { problem: 'already-there' }],
  ],
  refused: [
    [{}, '/mailbox'],
    [{ mailbox: { role: 'archive' }, create: true }, '/create'],
  ],
});
