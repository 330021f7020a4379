import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { type Screen, screenLog, terminalScreen } from '../../local/screen.ts';

const captured = (): { readonly screen: Screen; readonly text: () => string } => {
  const chunks: string[] = [];
  const stream = new PassThrough().on('data', (chunk) => chunks.push(String(chunk)));
  const now = () => new Date('2025-03-03T10:20:30');
  return { screen: terminalScreen(stream as unknown as NodeJS.WriteStream, now), text: () => chunks.join('') };
};

const told = {
  accountId: 'a',
  mailbox: 'INBOX',
  subject: 'Hello',
  from: 'Ann',
  ruleName: 'R',
  what: 'moved to B',
  why: 'w',
};
// Escape sequences in seven and in eight bits, bells, a line of one's own, and text turned round.
const EVIL = 'a\u001b]0;title\u0007b\u009b31mc\r\nd\u0000e\u202ef\u2028g\u0008h\u007f';

for (const field of ['subject', 'from', 'ruleName', 'what', 'why'] as const) {
  test(`control characters in ${field} do not reach the terminal`, () => {
    const { screen, text } = captured();
    screen.narrate({ ...told, [field]: EVIL });
    const lines = text().split('\n');
    assert.equal(lines.length, 3, 'two lines and an end');
    assert.doesNotMatch(lines.join(''), /[\p{C}\p{Zl}\p{Zp}]/u);
    assert.match(text(), /a ]0;title b 31mc/);
  });
}

test('a line is told with its time, who wrote, what was done and why', () => {
  const { screen, text } = captured();
  screen.narrate(told);
  screen.narrate({ ...told, subject: '', from: '', why: '' });
  assert.deepEqual(text().split('\n'), [
    '10:20:30  “Hello” (Ann)',
    '          moved to B  R: w',
    '10:20:30  “no subject”',
    '          moved to B  R',
    '',
  ]);
});

test('long words are cut between characters', () => {
  const { screen, text } = captured();
  screen.narrate({ ...told, subject: '👩‍🌾'.repeat(100), from: 'x'.repeat(500) });
  const [first = ''] = text().split('\n');
  assert.ok(first.isWellFormed());
  assert.ok([...first].length < 130, first);
});

test('an error is shown by its place and code, never by its words', () => {
  const { screen, text } = captured();
  const log = screenLog(screen);
  log.info('check.done', { synced: 1 });
  assert.equal(text(), '');
  log.warn('check.failed', { account: 'a', code: 'imap.unreachable' });
  log.error('check.internal', { account: 'a' }, new Error('it said\nSubject: very private'));
  assert.match(text(), /^check\.failed account=a code=imap\.unreachable\ncheck\.internal account=a\n +at /);
  assert.doesNotMatch(text(), /private/);
  log.error('odd', {}, 'no error at all');
  assert.match(text(), /odd\n$/);
});
