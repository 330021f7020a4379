import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintRule } from '../../shared/rules/lint.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { FOLDERS, sampleRule } from './samples.ts';

const folders = new Map([['a1', FOLDERS]]);
const QUIET = { conditions: { from: 'ann' } };
const warned = (rule: Rule, others: readonly Rule[] = []) =>
  lintRule(rule, { rules: [...others, rule], folders }).map(({ code, pointer }) => `${code} ${pointer}`);
const alone = (input: object, ...others: Rule[]) => warned(sampleRule({ sequence: 10, ...QUIET, ...input }), others);
const first = (input: object) => sampleRule({ sequence: 1, name: 'first', ...QUIET, ...input }, 'r0');

test('an ordinary rule gets no warning', () => assert.deepEqual(alone({}), []));

const STOP = { stopProcessingRules: true };
const CASES: readonly (readonly [what: string, rule: object, others: readonly Rule[], warnings: readonly string[]])[] =
  [
    ['behind one that stops at the same', {}, [first(STOP)], ['unreachable /sequence']],
    ['behind one that stops at everything', {}, [first({ ...STOP, conditions: {} })], ['unreachable /sequence']],
    ['behind one that stops by an action', {}, [first({ actions: [{ type: 'stop' }] })], ['unreachable /sequence']],
    [
      'narrower than the one that stops',
      { conditions: { operator: 'AND', conditions: [{ from: 'ann', subject: 'x' }, { to: 'y' }] } },
      [first(STOP)],
      ['unreachable /sequence'],
    ],
    [
      'behind one that stops at one of several',
      {},
      [first({ ...STOP, conditions: { operator: 'OR', conditions: [{ to: 'y' }, { from: 'ann' }] } })],
      ['unreachable /sequence'],
    ],
    ['behind one that does not stop', {}, [first({})], []],
    ['behind one that stops at something else', {}, [first({ ...STOP, conditions: { from: 'bob' } })], []],
    ['behind one that stops at less', {}, [first({ ...STOP, conditions: { from: 'ann', subject: 'x' } })], []],
    ['behind one with exceptions', {}, [first({ ...STOP, exceptions: { to: 'y' } })], []],
    ['behind one of another account', {}, [first({ ...STOP, accountIds: ['a1'] })], []],
    ['behind one that is off', {}, [first({ ...STOP, mode: 'off' })], []],
    ['before one that stops', { sequence: 0 }, [first(STOP)], []],
    ['of another folder than the one that stops', { mailboxes: [{ path: 'Bills' }] }, [first(STOP)], []],
    [
      'two sides of one keyword',
      { conditions: { hasKeyword: 'a', notKeyword: 'a' } },
      [],
      ['contradictory /conditions/notKeyword'],
    ],
    [
      'sizes that exclude each other',
      { conditions: { minSize: 10, maxSize: 10 } },
      [],
      ['contradictory /conditions/maxSize'],
    ],
    [
      'dates that exclude each other',
      {
        conditions: {
          operator: 'AND',
          conditions: [{ before: '2025-01-01T00:00:00Z' }, { after: '2025-01-01T00:00:00Z' }],
        },
      },
      [],
      ['contradictory /conditions/conditions/1/after'],
    ],
    [
      'yes and no',
      { conditions: { operator: 'AND', conditions: [{ isList: true }, { isList: false }] } },
      [],
      ['contradictory /conditions/conditions/1/isList'],
    ],
    ['yes or no', { conditions: { operator: 'OR', conditions: [{ isList: true }, { isList: false }] } }, [], []],
    [
      'to me and not to me',
      { conditions: { sentToMe: true, notSentToMe: true } },
      [],
      ['contradictory /conditions/notSentToMe'],
    ],
    [
      'ages that exclude each other',
      { conditions: { operator: 'AND', conditions: [{ age: { under: 'P1D' } }, { age: { atLeast: 'P1D' } }] } },
      [],
      ['contradictory /conditions/conditions/1/age'],
    ],
    ['sizes that do not', { conditions: { minSize: 9, maxSize: 10 } }, [], []],
    [
      'not anything',
      { conditions: { operator: 'NOT', conditions: [{}] } },
      [],
      ['contradictory /conditions/conditions/0'],
    ],
    [
      'exceptions wider than the conditions',
      { conditions: { from: 'ann', to: 'y' }, exceptions: { from: 'ann' } },
      [],
      ['contradictory /exceptions'],
    ],
    ['no conditions', { conditions: {} }, [], ['matches-everything /conditions']],
    [
      'conditions that say nothing',
      { conditions: { operator: 'OR', conditions: [{ minSize: 0 }, { from: 'x' }] } },
      [],
      ['matches-everything /conditions'],
    ],
    ['no conditions but a button', { conditions: {}, trigger: { type: 'flagsChanged', added: ['$flagged'] } }, [], []],
    [
      'a body',
      { conditions: { operator: 'NOT', conditions: [{ body: 'x' }] } },
      [],
      ['reads-every-body /conditions/conditions/0/body'],
    ],
    ['a text in the exceptions', { exceptions: { text: 'x' } }, [], ['reads-every-body /exceptions/text']],
    [
      'a target that is missing',
      { actions: [{ type: 'flag' }, { type: 'move', mailbox: { path: 'Nowhere' } }] },
      [],
      ['mailbox-missing /actions/1/mailbox'],
    ],
    [
      'a target that holds no messages',
      { actions: [{ type: 'copy', mailbox: { path: 'Lists' } }] },
      [],
      ['mailbox-missing /actions/0/mailbox'],
    ],
    [
      'a role that is missing',
      { actions: [{ type: 'move', mailbox: { role: 'junk' } }] },
      [],
      ['mailbox-missing /actions/0/mailbox'],
    ],
    ['a target that is made', { actions: [{ type: 'move', mailbox: { path: 'Nowhere' }, create: true }] }, [], []],
    [
      'a watched folder that is missing',
      { mailboxes: [{ role: 'inbox' }, { path: 'Nowhere' }] },
      [],
      ['mailbox-missing /mailboxes/1'],
    ],
    ['stopping twice', { stopProcessingRules: true, actions: [{ type: 'stop' }] }, [], ['stops-nothing /actions/0']],
    [
      'a circle of two',
      { actions: [{ type: 'flag' }, { type: 'move', mailbox: { path: 'Bills' } }] },
      [first({ mailboxes: [{ path: 'Bills' }], actions: [{ type: 'markNotJunk' }] })],
      ['loop /actions/1'],
    ],
    [
      'a circle of three',
      { actions: [{ type: 'move', mailbox: { path: 'Bills' } }] },
      [
        first({ mailboxes: [{ path: 'Bills' }], actions: [{ type: 'archive' }] }),
        sampleRule(
          { ...QUIET, mailboxes: [{ role: 'archive' }], actions: [{ type: 'move', mailbox: { path: 'INBOX' } }] },
          'r9',
        ),
      ],
      ['loop /actions/0'],
    ],
    [
      'a way that ends',
      { actions: [{ type: 'move', mailbox: { path: 'Bills' } }] },
      [first({ mailboxes: [{ path: 'Bills' }], actions: [{ type: 'archive' }] })],
      [],
    ],
  ];

for (const [what, rule, others, warnings] of CASES) {
  test(`${what}: ${warnings.join(', ') || 'nothing'}`, () => assert.deepEqual(alone(rule, ...others), warnings));
}

test('accounts whose folders are not known are not warned about', () => {
  const rule = sampleRule({ ...QUIET, actions: [{ type: 'move', mailbox: { path: 'Nowhere' } }] });
  assert.deepEqual(lintRule(rule, { rules: [rule], folders: new Map() }), []);
});
