import { actionTable } from './action-table.ts';

const to = (mailbox: string, create = false) => ({ effects: [{ kind: 'move', mailbox, create }] });

const list = (id: string) => ({ headers: [['list-id', id]] as const });

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
    [
      { mailbox: { path: 'Lists/{{listId}}' }, create: true },
      to('Lists/tc39-example-org', true),
      list('<tc39.example.org>'),
    ],
    [{ mailbox: { path: 'Lists/{{listId}}' }, create: true }, to('Lists/a-b-c', true), list('../a/b\\*%c')],
    [{ mailbox: { path: 'Lists/{{listId}}' } }, to('Lists/tc39'), list('TC39 <tc39>')],
    [{ mailbox: { path: 'Lists/{{listId}}' }, create: true }, { problem: 'mailbox-name' }],
    [{ mailbox: { path: 'Lists/{{listId}}' }, create: true }, { problem: 'mailbox-name' }, list('<..//..>')],
    [
      { mailbox: { path: 'Archive/{{received.year}}/{{received.month}}-{{received.day}}' }, create: true },
      to('Archive/2025/03-01', true),
    ],
    [{ mailbox: { path: '{{sender.domain}}/{{ sender.name }}' }, create: true }, to('example-com/Müller, Anna', true)],
    [{ mailbox: { path: '{{listId}}' } }, { problem: 'already-there' }, list('inbox')],
    [
      { mailbox: { path: `${'x'.repeat(500)}{{listId}}` }, create: true },
      { problem: 'mailbox-name' },
      list('y'.repeat(500)),
    ],
    [{ mailbox: { path: 'Bills' } }, { problem: 'move-limit' }, {}, { history: { movesToday: 5 } }],
    [{ mailbox: { path: 'Bills' } }, to('Bills'), {}, { history: { movesToday: 4 } }],
  ],
  refused: [
    [{ mailbox: { path: 'Lists/{{list}}' } }, '/mailbox/path'],
    [{ mailbox: { path: 'Lists/{{account.address}}' } }, '/mailbox/path'],
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
