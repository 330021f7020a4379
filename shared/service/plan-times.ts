/** Sets what rules wait for: once for each change to the settings or the rules, and after a run that died. */
import type { Rule } from '../rules/rule.ts';
import type { Head } from '../store/head.ts';
import type { AgesBook } from './ages-book.ts';
import { agedRules } from './ages-book.ts';
import type { RuleContext } from './apply-rules.ts';
import type { Books } from './books.ts';
import { isScheduled, nextTimer } from './timers/scheduled.ts';
import type { TimerBook } from './timers/timer-book.ts';

const isTimed = ({ mode, trigger }: Rule): boolean =>
  mode === 'live' && (trigger.type === 'aged' || trigger.type === 'scheduled');

/** Costs a quiet check nothing: both numbers are in the head, and the rules in the warm worker. */
export const needsTimes = (head: Pick<Head, 'configVersion' | 'timedConfig'>, rules: readonly Rule[]): boolean =>
  timedConfigFor(head, rules) !== (head.timedConfig ?? null);

/** What the head says once it is done. */
export const timedConfigFor = (
  { configVersion }: Pick<Head, 'configVersion'>,
  rules: readonly Rule[],
): number | null => (rules.some(isTimed) ? configVersion : null);

export const planTimes = async (
  rules: RuleContext,
  { books, timers, ages }: { readonly books: Books; readonly timers: TimerBook; readonly ages: AgesBook },
  nowSeconds: number,
): Promise<void> => {
  for (const rule of rules.rules) {
    if (rule.mode !== 'live' || !isScheduled(rule)) continue;
    const next = nextTimer(rule, rules.timeZone, nowSeconds);
    if (next !== undefined) timers.set([next]);
  }
  for (const { path, id, uidValidity } of books.cursors()) {
    if (agedRules(rules, path).length === 0) continue;
    const place = { folderId: id, uidValidity };
    const messages = await books.mirrors.read(place);
    await ages.look(place, path, messages, messages);
  }
};
