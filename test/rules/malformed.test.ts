/** Mail that is broken in every way we could think of is decided like any other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../bench/random.ts';
import { LIMITS } from '../../shared/limits.ts';
import { pathProblem } from '../../shared/mail/folder.ts';
import { parseBodyText } from '../../shared/mail/parse-body.ts';
import { parseHeaders } from '../../shared/mail/parse-headers.ts';
import { partsOf } from '../../shared/mail/parts.ts';
import { ACTION_KINDS } from '../../shared/rules/actions.ts';
import { CONDITION_KINDS } from '../../shared/rules/conditions.ts';
import { buildDraft } from '../../shared/rules/draft.ts';
import { compileRules } from '../../shared/rules/evaluate.ts';
import { walkConditions } from '../../shared/rules/walk-conditions.ts';
import { everyContext, everyRule } from '../support/every-condition.ts';
import { MALFORMED_KINDS, malformedMail } from '../support/malformed-mail.ts';

const MESSAGES = 1_000;
const SHARE = 250;
const decide = compileRules(everyRule, everyContext);

test('the rules tried ask for every condition and every action but destroy', () => {
  const conditions = new Set(everyRule.flatMap((rule) => [...walkConditions(rule)].map(({ name }) => name)));
  assert.deepEqual([...conditions].sort(), [...CONDITION_KINDS.keys()].sort());
  const actions = new Set(everyRule.flatMap((rule) => rule.actions.map(({ type }) => type)));
  const missing = [...ACTION_KINDS.keys()].filter((type) => !actions.has(type as never));
  assert.deepEqual(missing, ['destroy', 'stop']);
});

// In shares, so that a busy machine does not run out of one test's time.
for (let from = 0; from < MESSAGES; from += SHARE) {
  test(`malformed messages ${from} to ${from + SHARE - 1} are evaluated without a throw and within the limits`, async () => {
    assert.ok(MESSAGES >= 10 * MALFORMED_KINDS);
    await evaluateAll(from, from + SHARE);
  });
}

const evaluateAll = async (from: number, to: number) => {
  const random = seededRandom(42 + from);
  for (let n = from; n < to; n += 1) {
    const { kind, raw, structure } = malformedMail(n, random);
    const headers = parseHeaders(raw);
    const bodyText = await parseBodyText(raw);
    const parts = partsOf(structure);
    assert.ok(JSON.stringify(headers).length <= 8 * LIMITS.headerBytesMax, kind);
    assert.ok(Buffer.byteLength(bodyText) <= LIMITS.bodyTextBytesMax, kind);
    assert.ok(parts.length <= LIMITS.mimePartsMax, kind);
    const facts = {
      mailbox: 'INBOX',
      uid: n + 1,
      keywords: [],
      size: raw.length,
      receivedAt: Date.UTC(2025, 5, 1),
      headers,
      bodyText,
      parts,
    };
    const { traces, effects } = decide(facts);
    assert.equal(traces().length, everyRule.length, kind);
    for (const effect of effects) {
      if (effect.kind === 'move' || effect.kind === 'copy') assert.equal(pathProblem(effect.mailbox), undefined, kind);
      if (effect.kind !== 'draft' || n >= 3 * MALFORMED_KINDS) continue;
      // Nothing of the original may become a header of ours, or a second message.
      const draft = await buildDraft(effect.draft, facts, {
        messageId: '<d@example.org>',
        effectId: 'e',
        from: { address: 'me@example.org' },
        date: new Date(0),
      });
      const names = parseHeaders(draft).map(([name]) => name);
      assert.deepEqual(
        names.filter((name) => !DRAFT_FIELDS.includes(name)),
        [],
        kind,
      );
      assert.equal(names.filter((name) => name === 'bcc').length, 0, kind);
    }
  }
};

const DRAFT_FIELDS = [
  ...['from', 'to', 'cc', 'subject', 'message-id', 'date', 'in-reply-to', 'references', 'x-mailyard-effect'],
  ...['mime-version', 'content-type', 'content-transfer-encoding'],
];
