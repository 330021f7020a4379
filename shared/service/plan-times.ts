/** Sets what rules wait for: once for each change to the settings or the rules, and after a run that died. */
import type { AgesBook } from './ages-book.ts';
import { agedRules } from './ages-book.ts';
import type { RuleContext } from './apply-rules.ts';
import type { Books } from './books.ts';
import { isScheduled, nextTimer } from './timers/scheduled.ts';
import type { TimerBook } from './timers/timer-book.ts';

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
