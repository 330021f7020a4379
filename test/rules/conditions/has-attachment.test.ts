import { conditionTable } from './condition-table.ts';

conditionTable('hasAttachment', {
  holds: [[true], [false, { hasAttachment: false }]],
  fails: [[false], [true, { hasAttachment: false }]],
  unknown: [
    [true, { hasAttachment: undefined } as never],
    [false, { hasAttachment: undefined } as never],
  ],
  refused: [['yes'], [1], [null]],
  needs: { structure: true },
});
