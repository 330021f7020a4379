import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('isBulk', {
  holds: [
    [true, headers(['precedence', 'Bulk'])],
    [true, headers(['list-unsubscribe', '<mailto:a@b>'])],
    [false, headers(['precedence', 'first-class'])],
  ],
  fails: [
    [true, headers(['precedence', 'first-class'])],
    [true, headers(['subject', 'bulk'])],
    [false, headers(['precedence', 'Bulk'])],
  ],
  refused: [['true']],
  needs: { headers: ['list-unsubscribe', 'list-unsubscribe-post', 'precedence'] },
});
