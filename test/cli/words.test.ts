/** What people read and type: lines, names, options. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { byWhom, countText, whatText } from '../../cli/activity-text.ts';
import { differenceLines, isEmpty } from '../../cli/difference-text.ts';
import { readEnvironment } from '../../cli/environment.ts';
import { folderOf } from '../../cli/folder-option.ts';
import { pick } from '../../cli/named.ts';
import { duration, wholeNumber } from '../../cli/parse-option.ts';
import { newOnes } from '../../cli/seen-entries.ts';
import { checkedUrl } from '../../cli/session.ts';
import { durationText, tableText, timeText } from '../../cli/terminal.ts';

const HOSTILE = 'a\u001b[2Jb\u0007\nc';

describe('what is shown', () => {
  it('an entry of the activity', () => {
    assert.equal(whatText({ action: 'move', to: 'Bills' }), 'move to Bills');
    assert.equal(whatText({ action: 'store', keywordsAdded: ['$seen'], keywordsRemoved: ['x'] }), '+$seen -x');
    assert.equal(whatText({ action: 'none', reason: 'folder.missing' }), 'nothing: folder.missing');
    assert.equal(countText({ messageCount: 1, from: 'INBOX' }), '1 message in INBOX');
    assert.equal(countText({ messageCount: 2, from: 'INBOX' }), '2 messages in INBOX');
    const rules = [
      { ruleId: 'a', ruleName: 'A', messageCount: 1 },
      { ruleId: 'b', ruleName: 'B', messageCount: 1 },
    ];
    assert.equal(byWhom({ askedBy: 'rule', rules }), 'A, B');
    assert.equal(byWhom({ askedBy: 'owner', rules: [] }), 'by hand');
    assert.equal(byWhom({ askedBy: 'undo', rules }), 'undo');
  });

  it('the difference between rules', () => {
    const named = (name: string) => ({ name });
    const changes = [
      { pointer: '/mode', before: 'live', after: 'off' },
      { pointer: '/folder', after: 'x' },
    ];
    const difference = { created: [named('new')], changed: [{ name: 'old', changes }], removed: [named('gone')] };
    const unmapped = [{ rule: 0, field: 'size', reason: 'cannot be said' }];
    assert.deepEqual(differenceLines({ ...difference, unchanged: [named('a'), named('b')], unmapped }), [
      '+ new',
      '~ old',
      '    /mode: "live" -> "off"',
      '    /folder: (nothing) -> "x"',
      '- gone',
      '! rule 1, size: cannot be said (imported as off)',
      '2 stay as they are',
    ]);
    assert.ok(isEmpty({ created: [], changed: [], removed: [], unchanged: [named('a')] }));
    for (const part of ['created', 'changed', 'removed'] as const) {
      const empty = { created: [], changed: [], removed: [], unchanged: [] };
      assert.ok(!isEmpty({ ...empty, [part]: difference[part] }), part);
    }
  });

  it('holds nothing that steers the terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    const steers = /[\u0000-\u0009\u000b-\u001f\u007f]/;
    const shown = [
      whatText({ action: 'move', to: HOSTILE }),
      countText({ messageCount: 1, from: HOSTILE }),
      tableText(['A'], [[HOSTILE]]),
      ...differenceLines({ created: [{ name: HOSTILE }], changed: [], removed: [], unchanged: [] }),
    ];
    for (const text of shown) assert.doesNotMatch(text, steers);
  });

  it('times and how long', () => {
    assert.match(timeText('2026-03-02T09:45:00.000Z'), /^2026-03-0[123] \d\d:\d\d:00$/);
    assert.equal(timeText(undefined), '-');
    assert.deepEqual([0.4, 59, 61, 3_725].map(durationText), ['0 s', '59 s', '1 min 1 s', '1 h 2 min']);
  });

  it('columns two blanks apart', () => {
    assert.equal(
      tableText(
        ['A', 'BB'],
        [
          ['xyz', 'ü'],
          ['', '漢'],
        ],
      ),
      'A    BB\nxyz  ü\n     漢',
    );
  });
});

describe('what is followed', () => {
  it('tells each entry once in each of its states, oldest first, whatever is asked when', () => {
    const entry = fc.record({ n: fc.nat(20), state: fc.constantFrom('done', 'skipped', 'parked') });
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 10 }), { maxLength: 10 }), (looks) => {
        const seen = new Map<string, string>();
        let before = new Map<string, string>();
        for (const look of looks) {
          const rows = [...new Map(look.map(({ n, state }) => [String(n), { id: String(n), state }])).values()];
          const told = newOnes(seen, rows);
          const unchanged = rows.filter(({ id, state }) => before.get(id) === state);
          assert.deepEqual(new Set([...told, ...unchanged]), new Set(rows));
          assert.equal(told.length + unchanged.length, rows.length);
          assert.deepEqual(newOnes(seen, rows), []);
          before = new Map(rows.map(({ id, state }) => [id, state]));
        }
      }),
    );
    const rows = ['c', 'b', 'a'].map((id) => ({ id, state: 'done' }));
    assert.deepEqual(
      newOnes(new Map(), rows).map(({ id }) => id),
      ['a', 'b', 'c'],
    );
  });
});

describe('what is typed', () => {
  it('numbers and times', () => {
    assert.equal(wholeNumber(1, 10)('7'), 7);
    for (const bad of ['0', '11', '1.5', '-1', '', 'x', '1e1'])
      assert.throws(() => wholeNumber(1, 10)(bad), /from 1 to 10/);
    assert.deepEqual(['90s', '30min', '2h', '1d'].map(duration), [90, 1_800, 7_200, 86_400]);
    for (const bad of ['', '5', '5m', 'h', '-1h']) assert.throws(() => duration(bad), /30min/);
  });

  it('folders', () => {
    assert.deepEqual(folderOf('role:archive'), { role: 'archive' });
    assert.deepEqual(folderOf('Bills/2026'), { path: 'Bills/2026' });
  });

  it('names: an id first, then what only one is called', () => {
    const all = [
      { id: 'one', name: 'Work' },
      { id: 'two', name: 'work' },
      { id: 'three', name: 'one' },
    ];
    const find = (word: string) => pick('rule', word, all, ({ name }) => [name]);
    assert.equal(find('one').id, 'one');
    assert.equal(find('ONE').id, 'three');
    assert.throws(() => find('WORK'), { exit: 2, remedy: 'Use an id: one, two.' });
    assert.throws(() => find('none'), { exit: 4, remedy: 'There are Work, work, one.' });
  });

  it('addresses of services: a token goes over TLS or stays here', () => {
    assert.equal(checkedUrl('https://api.example.com/'), 'https://api.example.com');
    assert.equal(checkedUrl('https://api.example.com/stage/'), 'https://api.example.com/stage');
    assert.equal(checkedUrl('http://127.0.0.1:8420'), 'http://127.0.0.1:8420');
    for (const bad of ['http://api.example.com', 'api.example.com', 'https://a:b@api.example.com', 'ftp://x', '']) {
      assert.throws(() => checkedUrl(bad), { exit: 2 }, bad);
    }
  });

  it('the environment', () => {
    const read = (environment: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
      readEnvironment(environment, platform);
    assert.equal(read({ XDG_CONFIG_HOME: '/x' }).configFolder, '/x/mailyard');
    assert.equal(read({ XDG_CONFIG_HOME: '/x', MAILYARD_CONFIG: '/y' }).configFolder, '/y');
    assert.match(read({ XDG_CONFIG_HOME: '' }).configFolder, /\.config.mailyard$/);
    assert.equal(read({ VISUAL: 'code -w', EDITOR: 'vi' }).editor, 'code -w');
    assert.equal(read({ EDITOR: 'vi' }).editor, 'vi');
    assert.equal(read({}).editor, undefined);
  });
});
