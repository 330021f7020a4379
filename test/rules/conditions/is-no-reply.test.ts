import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('isNoReply', {
  holds: [
    [true, headers(['from', 'Shop <no-reply@shop.example>'])],
    [true, headers(['reply-to', 'donotreply@shop.example'])],
    [false, headers(['from', 'reply@shop.example'])],
  ],
  fails: [
    [true, headers(['from', 'reply@shop.example'])],
    [true, headers(['to', 'noreply@shop.example'])],
    [false, headers(['from', 'Shop <no-reply@shop.example>'])],
  ],
  refused: [['true']],
  needs: { headers: ['from', 'reply-to', 'sender'] },
});
