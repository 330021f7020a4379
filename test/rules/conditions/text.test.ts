import { conditionTable } from './condition-table.ts';

conditionTable('text', {
  holds: [
    ['anna@'],
    ['bob@'],
    ['carol'],
    ['invoice'],
    ['amount due'],
    ['dave', { headers: [['bcc', 'dave@example.com']] }],
    ['invoice', { bodyText: undefined } as never],
  ],
  fails: [['nowhere'], ['m1@example.com']],
  unknown: [['amount due', { bodyText: undefined } as never]],
  refused: [[''], [[]]],
  needs: { headers: ['from', 'to', 'cc', 'bcc', 'subject'], body: true },
});
