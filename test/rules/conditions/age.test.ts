import { conditionTable } from './condition-table.ts';

conditionTable('age', {
  // It was received at 09:30 on the day before NOW, 12:00.
  holds: [[{ atLeast: 'PT26H30M' }], [{ under: 'P2D' }], [{ atLeast: 'P1D', under: 'P1W' }]],
  fails: [[{ atLeast: 'PT26H31M' }], [{ under: 'PT26H30M' }], [{ atLeast: 'P1D', under: 'P1DT1H' }]],
  unknown: [[{ atLeast: 'P1D' }, {}, { context: { now: undefined } as never }]],
  refused: [
    [{}],
    ['P1D'],
    [{ atLeast: '1d' }, '/atLeast'],
    [{ atLeast: 'P1M' }, '/atLeast'],
    [{ under: 'PT0S' }, '/under'],
    [{ under: 'P' }, '/under'],
    [{ under: 'P1DT' }, '/under'],
    [{ atLeast: 'P99999D' }, '/atLeast'],
    [{ atLeast: 'P2D', under: 'P1D' }],
  ],
  needs: {},
});
