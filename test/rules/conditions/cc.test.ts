import { conditionTable } from './condition-table.ts';

conditionTable('cc', {
  holds: [['carol@'], ['carol@müller.example'], ['carol@xn--mller-kva.example']],
  fails: [['me@example.org'], ['carol', { headers: [] }]],
  refused: [[''], [false]],
  needs: { headers: ['cc'] },
});
