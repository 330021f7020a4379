/** The kinds of timers. Adding one: its file here, its line below, its test. */
import { applyTimer } from './apply.ts';
import type { TimerKind } from './kind.ts';
import { sweepTimer } from './sweep.ts';

export const TIMERS: ReadonlyMap<string, TimerKind> = new Map([
  ['sweep', sweepTimer],
  ['apply', applyTimer],
]);
