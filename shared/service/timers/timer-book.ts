/** The timers that one run sees to: those that came due, those it sets, and when the next one is due. */
import { LIMITS } from '../../limits.ts';
import type { AccountRef, Head } from '../../store/head.ts';
import type { HeadChange } from '../../store/lease.ts';
import type { Table } from '../../store/table.ts';
import { deleteTimer, putTimer, readTimers, type Timer, timerKeyOf } from '../../store/timers.ts';

export type TimerBook = {
  /** Whether `due` would look for any. */
  readonly mayBeDue: (nowSeconds: number, evenIfNoneKnown: boolean) => boolean;
  /** Reads those that are due; none where the head says that none is. A worker that died may have set one it does not know of. */
  readonly due: (nowSeconds: number, evenIfNoneKnown: boolean) => Promise<Timer[]>;
  readonly set: (timers: readonly Timer[]) => void;
  /** Its work is in the armed journal, or there is none: it goes when the others are written. */
  readonly fired: (key: string) => void;
  /** After the journal is armed and before the commit. */
  readonly save: () => Promise<void>;
  /** For a write on the head that follows: when the earliest is due, where that moved. `others`: what else the account is to be woken for. */
  readonly headChange: (others: number | undefined) => Pick<HeadChange, 'timerAt' | 'wakeAt'>;
};

export const openTimerBook = (table: Table, ref: AccountRef, head: Head): TimerBook => {
  let next = head.timerAt;
  let waiting: Timer[] = [];
  const gone = new Set<string>();
  let written: { readonly wakeAt?: number | undefined; readonly timerAt?: number | undefined } = head;

  const mayBeDue = (nowSeconds: number, evenIfNoneKnown: boolean): boolean =>
    evenIfNoneKnown || (next !== undefined && next <= nowSeconds);

  return {
    mayBeDue,
    due: async (nowSeconds, evenIfNoneKnown) => {
      if (!mayBeDue(nowSeconds, evenIfNoneKnown)) return [];
      const held = await readTimers(table, ref, LIMITS.timersPerRunMax + 1);
      const due = held.slice(0, LIMITS.timersPerRunMax).filter(({ dueAt }) => dueAt <= nowSeconds);
      next = held[due.length]?.dueAt;
      return due;
    },
    set: (timers) => {
      waiting.push(...timers);
    },
    fired: (key) => {
      gone.add(key);
    },
    save: async () => {
      for (const timer of waiting) {
        await putTimer(table, ref, timer, timer.dueAt + LIMITS.timerRetentionDays * 86_400);
        next = Math.min(next ?? timer.dueAt, timer.dueAt);
        gone.delete(timerKeyOf(timer));
      }
      waiting = [];
      for (const key of gone) await deleteTimer(table, ref, key);
      gone.clear();
    },
    headChange: (others) => {
      const wakeAt = others === undefined ? next : Math.min(others, next ?? others);
      const change = {
        ...(wakeAt === written.wakeAt ? {} : { wakeAt: wakeAt ?? null }),
        ...(next === written.timerAt ? {} : { timerAt: next ?? null }),
      };
      written = { wakeAt, timerAt: next };
      return change;
    },
  };
};
