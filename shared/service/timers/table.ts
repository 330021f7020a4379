/** The kinds of timers. Adding one: its file here, its line below, its test. */

import { agedTimer } from './aged.ts';
import { applyTimer } from './apply.ts';
import type { TimerKind } from './kind.ts';
import { laterTimer } from './later.ts';
import { scheduledTimer } from './scheduled.ts';
import { sweepTimer } from './sweep.ts';

export const TIMERS: ReadonlyMap<string, TimerKind> = new Map([
  ['sweep', sweepTimer],
  ['aged', agedTimer],
  ['scheduled', scheduledTimer],
  ['later', laterTimer],
  ['apply', applyTimer],
]);
