import { conditionTable } from './condition-table.ts';

const from = (value: string) => ({ headers: [['from', value]] as const });

conditionTable('from', {
  holds: [
    ['anna@example.com'],
    ['ANNA@'],
    ['müller'],
    ['MÜLLER, ANNA'],
    ['Müller, Anna <anna@example.com>'],
    ['mu\u0308ller'],
    ['Bob Example <bob@example.com>', from('"Bob Example" <bob@example.com>')],
    ['b@bücher.example', from('b@xn--bcher-kva.example')],
    ['b@xn--bcher-kva.example', from('b@bücher.example')],
    ['Bob "B" Bee', from('"Bob \\"B\\" Bee" <bob@example.com>')],
    [
      'c@d',
      {
        headers: [
          ['from', 'a@b'],
          ['from', 'c@d'],
        ],
      },
    ],
  ],
  fails: [
    ['bob@example.com'],
    ['anna@example.org'],
    ['me@example.org'],
    ['anna', { headers: [] }],
    ['strasse', from('Straße <a@b.c>')],
  ],
  refused: [[''], ['  '], [3], [null], [['a']], ['x'.repeat(1_001)], ['\ud800']],
  needs: { headers: ['from'] },
});
