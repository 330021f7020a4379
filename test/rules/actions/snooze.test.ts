import { NOW } from '../samples.ts';
import { actionTable } from './action-table.ts';

const snoozed = (at: number, mailbox = 'Snoozed') => ({
  effects: [
    { kind: 'move', mailbox, create: true },
    {
      kind: 'later',
      at,
      recheck: 'place',
      mailbox,
      effects: [
        { kind: 'store', ruleId: 'r1', add: [], remove: ['$seen'] },
        { kind: 'move', ruleId: 'r1', mailbox: 'INBOX', create: false },
      ],
    },
  ],
});
const inBerlin = { context: { timeZone: 'Europe/Berlin' } };

actionTable('snooze', {
  decides: [
    [{ for: 'PT2H' }, snoozed(NOW + 7_200_000)],
    [{ until: '2025-03-03T08:00:00Z' }, snoozed(Date.parse('2025-03-03T08:00:00Z'))],
    [{ next: '0 8 * * 1-5' }, snoozed(Date.parse('2025-03-03T08:00:00Z'))],
    [
      { next: '0 8 * * 1-5', mailbox: { path: 'Later' } },
      snoozed(Date.parse('2025-03-03T07:00:00Z'), 'Later'),
      {},
      inBerlin,
    ],
    [{ until: '2025-03-01T08:00:00Z' }, { problem: 'time-unknown' }],
    [{ for: 'PT2H' }, { problem: 'time-unknown' }, {}, { context: { now: undefined } as never }],
    [{ for: 'PT2H', mailbox: { path: 'INBOX' } }, { problem: 'already-there' }],
  ],
  refused: [
    [{}, ''],
    [{ for: 'PT2H', next: '0 8 * * *' }, ''],
    [{ for: '2h' }, '/for'],
    [{ until: 'tomorrow' }, '/until'],
    [{ next: 'at eight' }, '/next'],
    [{ next: '0 0 30 2 *' }, '/next'],
    [{ for: 'PT2H', mailbox: { role: 'archive' } }, '/mailbox/role'],
  ],
});
