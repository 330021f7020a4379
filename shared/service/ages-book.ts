/** The ages of the folders that rules wait in, as one run has them: read once, brought up to date by each look, written at its end. */
import { LIMITS } from '../limits.ts';
import type { UidSet } from '../mail/uid-set.ts';
import { durationMs } from '../rules/duration.ts';
import type { Rule } from '../rules/rule.ts';
import type { AgedTrigger } from '../rules/trigger.ts';
import { readAges, type StoredAges, writeAges } from '../store/ages.ts';
import type { AccountRef } from '../store/head.ts';
import type { SegmentFolder } from '../store/segments.ts';
import type { Table } from '../store/table.ts';
import type { Timer } from '../store/timers.ts';
import { type Ages, type Due, dueMessages, lookAgain, withFired, withTimer } from '../sync/ages.ts';
import type { MessageList } from '../sync/message-list.ts';
import { type RuleContext, rulesWatching } from './apply-rules.ts';

export type AgedRule = Rule & { readonly trigger: AgedTrigger };

export const agedRules = (rules: RuleContext, path: string): AgedRule[] =>
  rulesWatching(rules, path, ['aged']).filter(
    (rule): rule is AgedRule => rule.mode === 'live' && rule.trigger.type === 'aged',
  );

export type AgesBook = {
  /** A look at a folder; nothing where no rule waits in it. */
  readonly look: (place: SegmentFolder, path: string, before: MessageList, after: MessageList) => Promise<void>;
  readonly due: (place: SegmentFolder, rule: AgedRule, messages: MessageList) => Promise<Due>;
  /** The rule's timer is gone; what it was asked about is not asked again. */
  readonly asked: (place: SegmentFolder, ruleId: string, uids: UidSet) => Promise<void>;
  /** The timers that are owed to the folders that were touched. */
  readonly timers: (messagesOf: (place: SegmentFolder) => Promise<MessageList>) => Promise<Timer[]>;
  /** After the timers are written. */
  readonly save: () => Promise<void>;
};

/** Times in seconds since 1970. What is due and could not be asked about is tried again a minute later. */
export const openAgesBook = (table: Table, ref: AccountRef, rules: RuleContext, now: number): AgesBook => {
  const held = new Map<string, { readonly place: SegmentFolder; path: string; stored: StoredAges; ages: Ages }>();
  const hold = async (place: SegmentFolder) => {
    const key = JSON.stringify([place.folderId, place.uidValidity]);
    const known = held.get(key);
    if (known !== undefined) return known;
    const stored = await readAges(table, ref, place);
    const { folderId, uidValidity } = place;
    const fresh = { place: { folderId, uidValidity }, path: '', stored, ages: stored.ages };
    held.set(key, fresh);
    return fresh;
  };
  const waitOf = (rule: AgedRule) => ({
    id: rule.id,
    state: rule.trigger.state,
    afterSeconds: Math.ceil((durationMs(rule.trigger.after) ?? 0) / 1_000),
  });
  return {
    look: async (place, path, before, after) => {
      const waiting = agedRules(rules, path);
      if (waiting.length === 0) return;
      const one = await hold(place);
      one.path = path;
      const states = new Map(waiting.map(({ id, trigger }) => [id, trigger.state]));
      one.ages = lookAgain(one.ages, before, after, states, now);
    },
    due: async (place, rule, messages) => dueMessages((await hold(place)).ages, messages, waitOf(rule), now),
    asked: async (place, ruleId, uids) => {
      const one = await hold(place);
      one.ages = withFired(withTimer(one.ages, ruleId, undefined), ruleId, uids);
    },
    timers: async (messagesOf) => {
      const set: Timer[] = [];
      for (const one of held.values()) {
        const messages = one.path === '' ? undefined : await messagesOf(one.place);
        if (messages === undefined) continue;
        for (const rule of agedRules(rules, one.path)) {
          const { uids, next } = dueMessages(one.ages, messages, waitOf(rule), now);
          const dueAt = uids.length > 0 ? now + LIMITS.agedAgainSeconds : next;
          const known = one.ages.timers[rule.id];
          if (dueAt === undefined || (known !== undefined && known > now && known <= dueAt)) continue;
          set.push(agedTimer(one.place, rule.id, dueAt));
          one.ages = withTimer(one.ages, rule.id, dueAt);
        }
      }
      return set;
    },
    save: async () => {
      for (const one of held.values()) {
        if (one.ages === one.stored.ages) continue;
        await writeAges(table, ref, one.place, { ages: one.ages, version: one.stored.version });
        one.stored = { ages: one.ages, version: one.stored.version + 1 };
      }
    },
  };
};

export const agedTimer = ({ folderId, uidValidity }: SegmentFolder, ruleId: string, dueAt: number): Timer => ({
  kind: 'aged',
  id: `${folderId}.${uidValidity}.${ruleId}`,
  dueAt,
  payload: { folderId, uidValidity, ruleId },
});
