import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasUid, uidSet } from '../../shared/mail/uid-set.ts';
import {
  type AgedState,
  type Ages,
  decodeAges,
  dueMessages,
  encodeAges,
  lookAgain,
  NO_AGES,
  withFired,
  withTimer,
} from '../../shared/sync/ages.ts';
import { messageListOf } from '../../shared/sync/message-list.ts';

const STATES: readonly AgedState[] = ['inMailbox', 'unseen', 'flagged'];
const AFTER_SECONDS = 100_000;

/** What happens between two looks: time goes by, then messages come, go, or have a flag turned. */
const step = fc.record({
  seconds: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60_000 })),
  what: fc.constantFrom('come', 'come', 'go', '$seen', '$flagged'),
  which: fc.nat(),
});

test('a rule that waits is never early, and late by a twentieth and a minute at most', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(...STATES), (steps, state) => {
      let now = 1_000_000;
      let ages: Ages = NO_AGES;
      let uidNext = 1;
      /** The exact truth. */
      const messages = new Map<number, { keywords: string[]; since: number | undefined }>();
      const isSo = (keywords: readonly string[]) =>
        state === 'inMailbox' || (state === 'unseen' ? !keywords.includes('$seen') : keywords.includes('$flagged'));
      const list = () => messageListOf([...messages].map(([uid, { keywords }]) => ({ uid, keywords })));
      const rules = new Map([['r', state]]);
      for (const { seconds, what, which } of steps) {
        now += seconds;
        const before = list();
        const [uid = 0] = [...messages.keys()].slice(which % Math.max(messages.size, 1));
        const held = messages.get(uid);
        if (what === 'come') {
          messages.set(uidNext, { keywords: [], since: isSo([]) ? now : undefined });
          uidNext += 1;
        } else if (what === 'go') messages.delete(uid);
        else if (held !== undefined) {
          const was = isSo(held.keywords);
          held.keywords = held.keywords.includes(what)
            ? held.keywords.filter((one) => one !== what)
            : [...held.keywords, what];
          if (!was && isSo(held.keywords)) held.since = now;
          if (!isSo(held.keywords)) held.since = undefined;
        }
        ages = decodeAges(encodeAges(lookAgain(ages, before, list(), rules, now)));
        const { uids, next } = dueMessages(ages, list(), { id: 'r', state, afterSeconds: AFTER_SECONDS }, now);
        for (const [one, { since }] of messages) {
          const age = since === undefined ? -1 : now - since;
          if (age < AFTER_SECONDS) assert.ok(!hasUid(uids, one), `${one} is early`);
          else if (age > AFTER_SECONDS * 1.06 + 60) assert.ok(hasUid(uids, one), `${one} is late`);
          if (age >= 0 && !hasUid(uids, one)) assert.ok(next !== undefined && next > now, 'nobody wakes for it');
        }
      }
    }),
  );
});

test('marks stay few however long a folder is watched', () => {
  let ages: Ages = NO_AGES;
  let list = messageListOf([]);
  const rules = new Map<string, AgedState>([['r', 'inMailbox']]);
  for (let day = 0; day < 3_000; day += 1) {
    const next = messageListOf([{ uid: day + 1, keywords: [] }]);
    ages = lookAgain(ages, list, next, rules, day * 86_400);
    list = next;
  }
  assert.ok(ages.marks.length < 250, `${ages.marks.length} marks`);
});

test('what the rule was asked about is not asked again until it left the state and came back', () => {
  const rules = new Map<string, AgedState>([['r', 'flagged']]);
  const wait = { id: 'r', state: 'flagged', afterSeconds: 10 } as const;
  const flagged = messageListOf([{ uid: 1, keywords: ['$flagged'] }]);
  const plain = messageListOf([{ uid: 1, keywords: [] }]);
  let ages = withTimer(lookAgain(NO_AGES, messageListOf([]), flagged, rules, 0), 'r', 10);
  assert.deepEqual(dueMessages(ages, flagged, wait, 10).uids, uidSet([1]));
  ages = withFired(ages, 'r', uidSet([1]));
  assert.deepEqual(dueMessages(ages, flagged, wait, 99), { uids: [], next: undefined });
  ages = lookAgain(lookAgain(ages, flagged, plain, rules, 100), plain, flagged, rules, 200);
  assert.deepEqual(dueMessages(ages, flagged, wait, 205), { uids: [], next: 210 });
  assert.deepEqual(ages.timers, { r: 10 });
  assert.deepEqual(lookAgain(ages, flagged, flagged, new Map(), 300).timers, {});
});
