import { conditionTable } from './condition-table.ts';

conditionTable('hasAttachment', {
  holds: [[true], [false, { parts: [] }]],
  fails: [[false], [true, { parts: [] }]],
  unknown: [
    [true, { parts: undefined } as never],
    [false, { parts: undefined } as never],
  ],
  refused: [['yes'], [1], [null]],
  needs: { structure: true },
});
