import { actionTable } from './action-table.ts';

actionTable('markNotJunk', {
  decides: [
    // It lies in the inbox already, and only has to be said to be no junk.
    [{}, { effects: [{ kind: 'store', add: ['$notjunk'], remove: ['$junk'] }] }, { keywords: ['$junk'] }],
    [{}, { problem: 'already-there' }, { keywords: ['$notjunk'] }],
  ],
  refused: [],
});
