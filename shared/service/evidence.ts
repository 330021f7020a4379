/**
 * Enters what our own effects came to into the mirrors, before any cursor moves: so they never look like a person's doing,
 * and no rule fires on them.
 */
import type { Books } from './books.ts';
import { effectOf } from './effects/table.ts';
import type { FinishedPart } from './run-effects.ts';

export const enterEvidence = async (books: Books, { command, state }: FinishedPart): Promise<void> => {
  if (state.state === 'done') await effectOf(command).enter(books, { command, state });
};
