import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('isList', {
  holds: [
    [true, headers(['list-id', '<a.example>'])],
    [true, headers(['precedence', 'list'])],
    [false, headers(['list-unsubscribe', '<mailto:a@b>'])],
  ],
  fails: [
    [true, headers(['list-unsubscribe', '<mailto:a@b>'])],
    [true, headers(['precedence', 'bulk'])],
    [false, headers(['list-id', '<a.example>'])],
  ],
  refused: [['true']],
  needs: {
    headers: [
      'list-archive',
      'list-help',
      'list-id',
      'list-owner',
      'list-post',
      'list-subscribe',
      'list-unsubscribe',
      'list-unsubscribe-post',
      'precedence',
    ],
  },
});
