import { conditionTable } from './condition-table.ts';

const list = {
  headers: [
    ['list-id', 'TC39 <tc39.example.org>'],
    ['received', 'from a'],
    ['received', 'from b'],
  ] as const,
};

conditionTable('header', {
  holds: [
    [['List-Id'], list],
    [['LIST-ID', 'tc39'], list],
    [['received', 'FROM B'], list],
    [['list-id', { endsWith: '.org>' }], list],
    [['received', ['x', 'from b']], list],
    [['x-empty'], { headers: [['x-empty', '']] }],
  ],
  fails: [
    [['List-Id']],
    [['List-Id', 'tc40'], list],
    [['x-empty', 'a'], { headers: [['x-empty', '']] }],
    [['from', 'invoice']],
  ],
  refused: [
    ['List-Id'],
    [[]],
    [['a', 'b', 'c']],
    [['List Id'], '/0'],
    [['List-Id:'], '/0'],
    [['a\r\nb'], '/0'],
    [['Liste-Ä'], '/0'],
    [['x', ''], '/1'],
    [['x', 1], '/1'],
    [['x', { regex: '[' }], '/1/regex'],
  ],
  needs: { headers: ['list-id'] },
});
