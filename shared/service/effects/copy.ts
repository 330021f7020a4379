/** A copy in another folder: not idempotent, so it is looked for before it is sent again. */
import { uidSet } from '../../mail/uid-set.ts';
import { mappedPairs, type TransferCommand } from '../../sync/journal.ts';
import type { EffectKindOf } from './kind.ts';
import { enterInTarget } from './target.ts';
import { runTransfer } from './transfer.ts';
import { findTwins } from './twins.ts';

export const copyEffect: EffectKindOf<TransferCommand> = {
  isIdempotent: () => false,
  countsAs: 'copy',
  run: runTransfer,
  enter: async (books, { command, state }) => {
    const keywordsOf = await books.mirrors.keywords(command.source);
    await enterInTarget(books, command.target.path, state, (from) => keywordsOf(from) ?? []);
  },
  findDoubles: findTwins,
  undo: ({ command, state }) => {
    const { mapping = [], targetUidValidity } = state.evidence;
    if (targetUidValidity === undefined) return { impossible: 'it is not known where the copies lie' };
    return {
      changes: [
        {
          kind: 'remove',
          folder: { path: command.target.path, uidValidity: targetUidValidity },
          uids: uidSet([...mappedPairs(mapping)].map(([, to]) => to)),
          written: { keywords: command.keywords ?? [] },
        },
      ],
    };
  },
  tell: ({ target }) => `copied to ${target.path}`,
};
