/**
 * Puts something off: nothing is sent to the server. What is to be done, and to which messages, becomes a timer once the run knows where
 * they lie after its moves (timers/later.ts).
 */
import type { LaterCommand } from '../../sync/journal.ts';
import type { EffectKindOf } from './kind.ts';

export const laterEffect: EffectKindOf<LaterCommand> = {
  isIdempotent: () => true,
  run: async ({ now }, { attempt }) => ({ state: 'done', attempt, evidence: { by: 'timer' }, at: now() }),
  enter: async () => undefined,
  undo: () => ({ impossible: 'what was put off is not done if the message is moved, or its rule is off by then' }),
  tell: ({ at }) => `put off until ${new Date(at * 1_000).toISOString()}`,
};
