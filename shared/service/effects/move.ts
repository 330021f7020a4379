/** A move to another folder: by MOVE (RFC 6851), which may be sent twice as what was moved is gone from the source; else by copy. */
import { uidSet } from '../../mail/uid-set.ts';
import { mappedPairs, type TransferCommand } from '../../sync/journal.ts';
import type { EffectKindOf } from './kind.ts';
import { moveByCopy } from './move-by-copy.ts';
import { movePiped } from './move-piped.ts';
import { enterKeywords, MARKED } from './store.ts';
import { enterInTarget } from './target.ts';
import { runTransfer } from './transfer.ts';
import { findTwins } from './twins.ts';

export const moveEffect: EffectKindOf<TransferCommand> = {
  isIdempotent: ({ move }) => move,
  countsAs: 'move',
  run: (run, attempt) =>
    run.session.move && attempt.sentBefore?.byCopy !== true ? runTransfer(run, attempt) : moveByCopy(run, attempt),
  // Without COPYUID each would be looked for in its target.
  piped: { suits: ({ move, uidplus }) => move && uidplus, run: movePiped },
  enter: async (books, { command, state }) => {
    const keywordsOf = await books.mirrors.keywords(command.source);
    const pairs = await enterInTarget(books, command.target.path, state, (from) => keywordsOf(from) ?? []);
    const originals = uidSet(pairs.map(([from]) => from));
    if (state.evidence.onlyMarked === true) await enterKeywords(books, command.source, originals, MARKED);
    else await books.mirrors.remove(command.source, originals);
  },
  // Only one that was made by copy can have left a double.
  findDoubles: findTwins,
  undo: ({ command, state }) => {
    const { mapping = [], targetUidValidity } = state.evidence;
    if (targetUidValidity === undefined) return { impossible: 'it is not known where the messages lie' };
    const pairs = [...mappedPairs(mapping)];
    if (state.evidence.onlyMarked === true) {
      // The originals are still there; the copies are mail by now, and stay.
      const uids = uidSet(pairs.map(([from]) => from));
      return { changes: [{ kind: 'change', folder: command.source, uids, add: [], remove: MARKED.add }] };
    }
    return {
      changes: [
        {
          kind: 'change',
          folder: { path: command.target.path, uidValidity: targetUidValidity },
          uids: uidSet(pairs.map(([, to]) => to)),
          mailbox: command.source.path,
        },
      ],
    };
  },
  tell: ({ target }) => `moved to ${target.path}`,
};
