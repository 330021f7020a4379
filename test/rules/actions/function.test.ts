import { type FunctionCall, questionKey } from '../../../shared/rules/function-call.ts';
import { actionTable } from './action-table.ts';

const call: FunctionCall = { name: 'sort', headers: ['subject'], body: false };
const action = { ...call, permits: ['flag', 'move'] };
const answering = (actions: unknown) => ({ history: { answers: new Map([[questionKey(call), { actions }]]) } });
const bills = { type: 'move', mailbox: { path: 'Bills' } };

actionTable('function', {
  decides: [
    [action, { problem: 'function-unanswered' }],
    [action, { effects: [{ kind: 'move', mailbox: 'Bills', create: false }] }, {}, answering([bills])],
    [action, {}, {}, answering(undefined)],
    [action, { problem: 'function-refused' }, {}, answering([bills, { type: 'markSeen' }])],
    [action, { problem: 'function-refused' }, {}, answering([{ type: 'destroy' }])],
    [action, { problem: 'function-refused' }, {}, answering([{ type: 'function', ...action }])],
    [action, { problem: 'function-refused' }, {}, answering([bills, bills])],
    [action, { problem: 'function-refused' }, {}, answering('flag')],
    [action, { problem: 'function-refused' }, {}, answering([{ type: 'move', mailbox: { path: 'a\r\nb' } }])],
    [action, { problem: 'function-refused' }, {}, answering(Array(21).fill({ type: 'flag' }))],
  ],
  refused: [
    [{ name: 'sort' }, '/permits'],
    [{ name: 'sort', permits: [] }, '/permits'],
    [{ name: 'sort', permits: ['destroy'] }, '/permits/0'],
    [{ name: 'sort', permits: ['function'] }, '/permits/0'],
    [{ permits: ['flag'] }, '/name'],
  ],
});
