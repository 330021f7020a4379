import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../../shared/errors.ts';
import { importGmail, importMailFilters } from '../../../shared/rules/import/gmail.ts';
import { translateQuery } from '../../../shared/rules/import/gmail-query.ts';
import { parseRule } from '../../../shared/rules/rule.ts';

const LABELS = new Map([['Label_1', 'Bills']]);
const one = (criteria: object, action: object) =>
  importGmail(JSON.stringify({ filter: [{ id: 'a', criteria, action }] }), LABELS);

test('filters as the API lists them', () => {
  const { rules, unmapped } = one(
    {
      from: 'shop@example.com',
      to: 'me@example.org',
      negatedQuery: 'newsletter',
      hasAttachment: true,
      size: 1_000,
      sizeComparison: 'larger',
      excludeChats: true,
    },
    { addLabelIds: ['Label_1', 'STARRED', 'IMPORTANT'], removeLabelIds: ['INBOX', 'UNREAD'] },
  );
  assert.deepEqual(unmapped, []);
  assert.deepEqual(rules, [
    {
      name: 'shop@example.com',
      mode: 'live',
      conditions: {
        operator: 'AND',
        conditions: [
          { from: 'shop@example.com' },
          {
            operator: 'OR',
            conditions: [{ to: 'me@example.org' }, { cc: 'me@example.org' }, { bcc: 'me@example.org' }],
          },
          { hasAttachment: true },
          { minSize: 1_001 },
        ],
      },
      exceptions: { text: 'newsletter' },
      actions: [
        { type: 'markSeen' },
        { type: 'flag' },
        { type: 'setImportance', importance: 'high' },
        { type: 'move', mailbox: { path: 'Bills' }, create: true },
      ],
    },
  ]);
  assert.ok(parseRule(rules[0]));
});

for (const [what, action, actions] of [
  ['archiving alone', { removeLabelIds: ['INBOX'] }, [{ type: 'archive' }]],
  [
    'a label alone is a copy',
    { addLabelIds: ['Label_1'] },
    [{ type: 'copy', mailbox: { path: 'Bills' }, create: true }],
  ],
  ['trash wins over archiving', { addLabelIds: ['TRASH'], removeLabelIds: ['INBOX'] }, [{ type: 'trash' }]],
  ['never important', { removeLabelIds: ['IMPORTANT'] }, [{ type: 'setImportance', importance: 'normal' }]],
] as const) {
  test(what, () => assert.deepEqual((one({ from: 'x' }, action).rules[0] as { actions: unknown }).actions, actions));
}

test('what cannot be said is told, and leaves the rule off', () => {
  const { rules, unmapped } = one(
    { query: 'older_than:1d x', from: 'a', color: 1 },
    { addLabelIds: ['Label_9', 'STARRED'], removeLabelIds: ['SPAM'], forward: 'b@example.com' },
  );
  assert.deepEqual(
    unmapped.map(({ field }) => field),
    ['action.addLabelIds', 'action.removeLabelIds', 'action.forward', 'criteria.color', 'query'],
  );
  assert.deepEqual((rules[0] as { mode: string }).mode, 'off');
});

const XML = `<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' xmlns:apps='http://schemas.google.com/apps/2006'>
	<title>Mail Filters</title>
	<entry>
		<category term='filter'></category><title>Mail Filter</title><content></content>
		<apps:property name='from' value='a@example.com OR &quot;B &amp; C&quot;'/>
		<apps:property name='hasTheWord' value='list:&lt;talk.example.org&gt;'/>
		<apps:property name='label' value='Gr&#246;&#xdf;e/Shop'/>
		<apps:property name='shouldArchive' value='true'/>
		<apps:property name='sizeOperator' value='s_sl'/><apps:property name='size' value='2'/>
		<apps:property name='sizeUnit' value='s_smb'/>
	</entry>
	<entry>
		<apps:property name="subject" value="hello"/><apps:property name='shouldNeverSpam' value='true'/>
		<apps:property name='shouldStar' value='true'/><apps:property name='smartLabelToApply' value='^smartlabel_personal'/>
	</entry>
</feed>`;

test('mailFilters.xml as Gmail exports it', () => {
  const { rules, unmapped } = importMailFilters(XML);
  assert.deepEqual(rules, [
    {
      name: 'a@example.com OR "B & C"',
      mode: 'live',
      conditions: {
        operator: 'AND',
        conditions: [
          { operator: 'OR', conditions: [{ from: 'a@example.com' }, { from: 'B & C' }] },
          { listId: '<talk.example.org>' },
          { minSize: 2 * 1_048_576 + 1 },
        ],
      },
      actions: [{ type: 'move', mailbox: { path: 'Größe/Shop' }, create: true }],
    },
    { name: 'hello', mode: 'off', conditions: { subject: 'hello' }, actions: [{ type: 'flag' }] },
  ]);
  assert.deepEqual(
    unmapped.map(({ rule, field }) => `${rule} ${field}`),
    ['1 shouldNeverSpam', '1 smartLabelToApply'],
  );
});

for (const [query, condition] of [
  ['a b', { operator: 'AND', conditions: [{ text: 'a' }, { text: 'b' }] }],
  ['"a b"', { text: 'a b' }],
  ['{a b}', { operator: 'OR', conditions: [{ text: 'a' }, { text: 'b' }] }],
  [
    '(a OR b) -c',
    {
      operator: 'AND',
      conditions: [
        { operator: 'OR', conditions: [{ text: 'a' }, { text: 'b' }] },
        { operator: 'NOT', conditions: [{ text: 'c' }] },
      ],
    },
  ],
  ['subject:"a b" larger:5M', { operator: 'AND', conditions: [{ subject: 'a b' }, { minSize: 5_242_881 }] }],
  ['filename:pdf', { attachmentName: 'pdf' }],
  ['deliveredto:a@b.example', { envelopeTo: { is: 'a@b.example' } }],
] as const) {
  test(`${query} is translated`, () => assert.deepEqual(translateQuery(query, ['text']), condition));
}

for (const query of [
  'older_than:1d',
  '(a',
  'a)',
  '',
  'a OR',
  '+a',
  '((( a )))',
  'is:starred',
  'a AROUND b',
  '-',
  'subj*',
  '"',
]) {
  test(`${JSON.stringify(query)} is not translated`, () =>
    assert.equal(typeof translateQuery(query, ['text']), 'string'));
}

test('any text either is refused or gives rules that can be saved, or that the owner can put right', () => {
  const unit = fc.constantFrom(
    '(',
    ')',
    '{',
    '}',
    'OR',
    '|',
    ' ',
    '-',
    '"',
    'a',
    'from:',
    'b@c.de',
    'size:',
    '5M',
    ':',
    'ü',
  );
  fc.assert(
    fc.property(fc.string({ unit }), (query) => {
      const { rules } = one({ query, from: 'x' }, { removeLabelIds: ['INBOX'] });
      for (const rule of rules) assert.ok(parseRule(rule));
    }),
    { numRuns: 2_000 },
  );
});

test('what is no export is refused', () => {
  for (const text of ['', '{', '{"filter": 1}', '[1]']) {
    assert.throws(
      () => importGmail(text),
      (error) => isMailyardError(error, 'validation.failed'),
    );
  }
  for (const xml of ['', '<feed/>', '<entry>', `<entry>${'<apps:property '.repeat(50_000)}`]) {
    assert.throws(
      () => importMailFilters(xml),
      (error) => isMailyardError(error, 'validation.failed'),
    );
  }
});
