/** A copy in another folder: not idempotent, so it is looked for before it is sent again. */
import { arrivedSince } from '../../imap/lookup.ts';
import { hasUid, uidSet, uidsOf } from '../../mail/uid-set.ts';
import { mappedPairs, type TransferCommand } from '../../sync/journal.ts';
import { keywordsAt } from '../../sync/message-list.ts';
import type { EffectKindOf } from './kind.ts';
import { enterInTarget } from './target.ts';
import { runTransfer } from './transfer.ts';

/**
 * A copy carries no marker of ours. So a double is what came to the target since, is the same message as one we copied there
 * as far as can be told, is no result of another effect, and is more than one of its kind: of twins one always stays. No more
 * are taken for ours than times it was sent again.
 */
const findDoubles: EffectKindOf<TransferCommand>['findDoubles'] = async (sweep, { command, state }) => {
  const { mapping = [], targetUidValidity } = state.evidence;
  const { target } = state;
  if (targetUidValidity === undefined || target === undefined) return [];
  const arrived = await arrivedSince(sweep.session, { ...target, uidValidity: targetUidValidity });
  const proved = await sweep.provedSince(target.path, targetUidValidity);
  if (arrived === undefined || proved === undefined) return [];
  const fingerprints = new Map([...uidsOf(command.uids)].map((uid, i) => [uid, command.fingerprints[i]]));
  const there = new Map(arrived.messages.map((message) => [message.uid, message]));
  const doubles: number[] = [];
  for (const [from, kept] of mappedPairs(mapping)) {
    if (there.get(kept)?.fingerprint !== fingerprints.get(from)) continue;
    const twins = arrived.messages.filter(
      ({ uid, fingerprint }) =>
        fingerprint === fingerprints.get(from) && !hasUid(proved, uid) && !doubles.includes(uid),
    );
    doubles.push(...twins.slice(0, Math.max(state.attempt - 1, 1)).map(({ uid }) => uid));
  }
  if (doubles.length === 0) return [];
  const folder = { path: target.path, uidValidity: targetUidValidity };
  return [{ kind: 'remove', folder, uids: uidSet(doubles), written: { keywords: command.keywords ?? [] } }];
};

export const copyEffect: EffectKindOf<TransferCommand> = {
  idempotent: false,
  countsAs: 'copy',
  run: runTransfer,
  enter: async (books, { command, state }) => {
    const source = await books.mirrors.read(command.source);
    await enterInTarget(books, command.target.path, state, (from) => keywordsAt(source, from) ?? []);
  },
  findDoubles,
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
