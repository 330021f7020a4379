/**
 * The journal read as a feed, in JMAP's manner (RFC 8620 section 5.2): which messages came into being, changed or went, by what
 * was seen on the server and by what our own effects were proved to have done there.
 */
import { type UidSet, uidCount, uidSet, unionUids, withoutUids } from '../mail/uid-set.ts';
import { type JournalPart, mappedPairs, provedUids } from './journal.ts';

export type FolderKey = { readonly folderId: string; readonly uidValidity: number };
export type FolderChanges = FolderKey & {
  readonly created: UidSet;
  readonly updated: UidSet;
  readonly destroyed: UidSet;
};

/** `unknown` where the folder was mirrored anew: what it holds was not told message by message. */
export type PartChanges = readonly FolderChanges[] | 'unknown';

/** `folderIdAt`: the folder that lies at a path under a UIDVALIDITY now. */
export const changesOfPart = (
  part: JournalPart,
  folderIdAt: (path: string, uidValidity: number) => string | undefined,
): PartChanges => {
  if (part.kind === 'note' || part.kind === 'event' || part.kind === 'timer' || part.kind === 'trial') return [];
  if (part.kind === 'news') return [];
  if (part.kind === 'seed') return 'unknown';
  if (part.kind === 'change') {
    const { source, plan, arrived, changed, gone } = part.change;
    if (plan === 'first' || plan === 'reseed') return 'unknown';
    return [{ ...keyOf(source), created: arrived, updated: withoutUids(changed, arrived), destroyed: gone }];
  }
  const { command, state } = part;
  if (state.state !== 'done') return [];
  const source = keyOf(command.source);
  if (command.kind === 'store') {
    return [{ ...source, ...NOTHING, updated: provedUids(command, state) }];
  }
  if (command.kind === 'remove') {
    const uids = provedUids(command, state);
    return [{ ...source, ...NOTHING, ...(state.evidence.onlyMarked ? { updated: uids } : { destroyed: uids }) }];
  }
  // What a folder held is told by the folder's own end.
  if (!('target' in command)) return [];
  const { targetUidValidity, mapping = [] } = state.evidence;
  const pairs = [...mappedPairs(mapping)];
  const folderId = targetUidValidity === undefined ? undefined : folderIdAt(command.target.path, targetUidValidity);
  const created = uidSet(pairs.map(([, to]) => to));
  return [
    ...(command.kind === 'move' ? [{ ...source, ...NOTHING, destroyed: uidSet(pairs.map(([from]) => from)) }] : []),
    ...(folderId === undefined || targetUidValidity === undefined
      ? []
      : [{ folderId, uidValidity: targetUidValidity, ...NOTHING, created }]),
  ];
};

const NOTHING = { created: [], updated: [], destroyed: [] } as const;

const keyOf = ({ folderId, uidValidity }: FolderKey): FolderKey => ({ folderId, uidValidity });

/** Later changes on top of earlier ones: what came and went is told as neither, what came and changed only as having come. */
export const mergeChanges = (all: readonly FolderChanges[]): FolderChanges[] => {
  const byFolder = new Map<string, FolderChanges>();
  for (const next of all) {
    const key = JSON.stringify([next.folderId, next.uidValidity]);
    const before = byFolder.get(key);
    byFolder.set(key, before === undefined ? next : mergeTwo(before, next));
  }
  return [...byFolder.values()];
};

const mergeTwo = (before: FolderChanges, next: FolderChanges): FolderChanges => {
  const created = withoutUids(unionUids(before.created, next.created), next.destroyed);
  return {
    ...keyOf(before),
    created,
    updated: withoutUids(withoutUids(unionUids(before.updated, next.updated), created), next.destroyed),
    destroyed: unionUids(before.destroyed, withoutUids(next.destroyed, before.created)),
  };
};

export const changeCount = (all: readonly FolderChanges[]): number =>
  all.reduce(
    (sum, { created, updated, destroyed }) => sum + uidCount(created) + uidCount(updated) + uidCount(destroyed),
    0,
  );
