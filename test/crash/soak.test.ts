/** A short soak; `npm run crash -- --soak 600` is a long one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runSoak, soakText } from './run-soak.ts';
import { misplaced } from './soak-mail.ts';

describe('accounts whose connections fail at random', () => {
  it('have all their mail handled, none twice, and are shown as failing meanwhile', async () => {
    const report = await runSoak({ seconds: 15, accounts: 20, seed: 1 });
    const text = soakText(report);
    assert.deepEqual(report.wrong, [], text);
    assert.ok(report.messages >= 20, text);
    assert.ok(Object.keys(report.shown).length > 0, text);
    assert.ok(report.backedOff > 0 && report.left > 0, text);
  });
});

describe('what a soak goes by', () => {
  const held = (name: string, folder: string, ...flags: string[]) => ({ uid: 1, name, folder, flags });

  it('a message is right where its rule puts it, once', () => {
    const right = [
      held('file-1 of 9 bytes', 'Filed'),
      held('answer-2 of 9 bytes', 'INBOX'),
      held('draft for <answer-2@example.org>', 'Drafts', '\\Draft', '\\Seen'),
    ];
    assert.deepEqual(misplaced(['file-1', 'answer-2'], right), []);
    assert.equal(misplaced(['file-1', 'answer-2'], [...right, held('file-1 of 9 bytes', 'Filed')]).length, 1);
    assert.equal(misplaced(['file-1', 'answer-2', 'flag-3'], right).length, 1);
    assert.deepEqual(misplaced(['file-1'], right), ['nobody sent answer-2']);
  });
});
