import { conditionTable } from './condition-table.ts';

conditionTable('to', {
  holds: [
    ['me@example.org'],
    ['bob'],
    ['Bob <bob@example.org>'],
    ['x@y', { headers: [['to', 'Friends: x@y.example, z@y.example;']] }],
  ],
  fails: [['anna@example.com'], ['carol'], ['me@example.org', { headers: [['cc', 'me@example.org']] }]],
  refused: [[''], [{}]],
  needs: { headers: ['to'] },
});
