/** A move to another folder: with MOVE (RFC 6851) idempotent, as what was moved is no longer where it was. */
import { uidSet } from '../../mail/uid-set.ts';
import { mappedPairs, type TransferCommand } from '../../sync/journal.ts';
import { keywordsAt } from '../../sync/message-list.ts';
import type { EffectKindOf } from './kind.ts';
import { enterInTarget } from './target.ts';
import { runTransfer } from './transfer.ts';

export const moveEffect: EffectKindOf<TransferCommand> = {
  idempotent: true,
  countsAs: 'move',
  run: runTransfer,
  enter: async (books, { command, state }) => {
    const source = await books.mirrors.read(command.source);
    const pairs = await enterInTarget(books, command.target.path, state, (from) => keywordsAt(source, from) ?? []);
    await books.mirrors.remove(command.source, uidSet(pairs.map(([from]) => from)));
  },
  undo: ({ command, state }) => {
    const { mapping = [], targetUidValidity } = state.evidence;
    if (targetUidValidity === undefined) return { impossible: 'it is not known where the messages lie' };
    return {
      changes: [
        {
          kind: 'change',
          folder: { path: command.target.path, uidValidity: targetUidValidity },
          uids: uidSet([...mappedPairs(mapping)].map(([, to]) => to)),
          mailbox: command.source.path,
        },
      ],
    };
  },
  tell: ({ target }) => `moved to ${target.path}`,
};
