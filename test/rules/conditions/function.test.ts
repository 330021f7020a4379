import { questionKey } from '../../../shared/rules/function-call.ts';
import { conditionTable } from './condition-table.ts';

const call = { name: 'is-urgent', headers: ['subject'], body: true };
const answering = (matches?: boolean) => ({
  history: { answers: new Map([[questionKey(call), matches === undefined ? {} : { matches }]]) },
});

conditionTable('function', {
  holds: [[call, {}, answering(true)]],
  fails: [[call, {}, answering(false)]],
  unknown: [[call], [call, {}, answering()], [{ ...call, input: 'x' }, {}, answering(true)]],
  refused: [
    ['is-urgent'],
    [{ name: 'Is Urgent' }, '/name'],
    [{ name: 'a', headers: ['a:b'] }, '/headers/0'],
    [{ name: 'a', url: 'x' }, '/url'],
  ],
  needs: { headers: ['subject'], body: true },
});
