import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('isAutomaticReply', {
  holds: [
    [true, headers(['auto-submitted', 'auto-replied (vacation)'])],
    [true, headers(['x-autoreply', 'yes'])],
    [true, headers(['precedence', 'auto_reply'])],
    [false, headers(['auto-submitted', 'auto-generated'])],
  ],
  fails: [
    [true, headers(['auto-submitted', 'auto-generated'])],
    [true, headers(['auto-submitted', 'no'])],
    [true, headers(['x-autoreply', 'no'])],
    [false, headers(['auto-submitted', 'auto-replied (vacation)'])],
  ],
  refused: [['true']],
  needs: { headers: ['auto-submitted', 'precedence', 'x-autorespond', 'x-autoreply', 'x-autoresponse'] },
});
