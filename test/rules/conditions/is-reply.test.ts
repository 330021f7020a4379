import { conditionTable } from './condition-table.ts';

const headers = (...all: [string, string][]) => ({ headers: all });

conditionTable('isReply', {
  holds: [
    [true, headers(['in-reply-to', '<a@b>'])],
    [true, headers(['references', '<a@b>'])],
    [false, headers(['subject', 'Re: x'])],
  ],
  fails: [
    [true, headers(['subject', 'Re: x'])],
    [true, headers(['in-reply-to', ''])],
    [false, headers(['in-reply-to', '<a@b>'])],
  ],
  refused: [['true']],
  needs: { headers: ['in-reply-to', 'references'] },
});
