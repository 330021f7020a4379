import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('messageActionFlag', {
  holds: [
    ['followUp', headers(['x-message-flag', 'Follow up'])],
    ['fyi', headers(['x-message-flag', 'For Your Information'])],
    ['any', headers(['x-message-flag', 'Zur Nachverfolgung'])],
  ],
  fails: [['any'], ['call', headers(['x-message-flag', 'Follow up'])], ['any', headers(['x-message-flag', ' '])]],
  refused: [['followup']],
  needs: { headers: ['x-message-flag'] },
});
