/** Flags stored, and the proof of it: a server answers OK to what it did not store, so they are read back. */
import type { Keyword } from '../mail/keyword.ts';
import { type UidSet, uidCount, uidSet } from '../mail/uid-set.ts';
import type { FlagRow, OpenFolder } from './open-folder.ts';

export type StoreEvidence = {
  /** Shown by FETCH to carry what was asked for. */
  readonly stored: UidSet;
  /** Still there, but without it: the server keeps no such keyword (PERMANENTFLAGS without \*). */
  readonly refused: UidSet;
  /** Somebody else changed these very keywords meanwhile; theirs stand. */
  readonly changed: UidSet;
};

export type KeywordChange = {
  /** None of the messages had these when it was decided, */
  readonly add: readonly Keyword[];
  /** and all had these. */
  readonly remove: readonly Keyword[];
  /** HIGHESTMODSEQ of then; used where CONDSTORE (RFC 7162) is on. */
  readonly unchangedSince?: bigint;
};

/**
 * +FLAGS and -FLAGS only, never a replacement; then reads back. A message that changed since, but not in these keywords, is
 * tried again as it is now. Throws `imap.refused`.
 */
export const storeKeywords = async (
  folder: OpenFolder,
  uids: UidSet,
  change: KeywordChange,
): Promise<StoreEvidence> => {
  const seen = { stored: [] as number[], refused: [] as number[], changed: [] as number[] };
  let open = uids;
  let since = folder.condstore ? change.unchangedSince : undefined;
  for (let round = 0; uidCount(open) > 0; round += 1) {
    const rows = await storeOnce(folder, open, change, since);
    const again: number[] = [];
    for (const { uid, keywords } of rows) {
      const isDone = change.add.every((one) => keywords.has(one)) && !change.remove.some((one) => keywords.has(one));
      const isUntouched =
        !change.add.some((one) => keywords.has(one)) && change.remove.every((one) => keywords.has(one));
      if (isDone) seen.stored.push(uid);
      else if (since === undefined || !change.add.every(folder.keeps)) seen.refused.push(uid);
      else if (isUntouched && round < STORE_ROUNDS_MAX) again.push(uid);
      else seen.changed.push(uid);
    }
    open = uidSet(again);
    for (const { modseq } of rows) if (since !== undefined && modseq !== undefined && modseq > since) since = modseq;
  }
  return { stored: uidSet(seen.stored), refused: uidSet(seen.refused), changed: uidSet(seen.changed) };
};

const STORE_ROUNDS_MAX = 3;

const storeOnce = async (
  folder: OpenFolder,
  uids: UidSet,
  { add, remove }: KeywordChange,
  since: bigint | undefined,
): Promise<FlagRow[]> => {
  const condition = since === undefined ? {} : { unchangedSince: since };
  const adds = add.filter(folder.keeps);
  if (remove.length === 0) {
    if (adds.length === 0) return await folder.readFlags(uids);
    return await folder.storeAndRead(uids, { sign: '+', keywords: adds, ...condition });
  }
  if (adds.length === 0) return await folder.storeAndRead(uids, { sign: '-', keywords: remove, ...condition });
  const rows = await folder.storeAndRead(uids, { sign: '+', keywords: adds, ...condition });
  // Our own +FLAGS raised the mod-sequence: those that took it are as we left them.
  const took = rows.filter(({ keywords }) => since === undefined || add.every((one) => keywords.has(one)));
  if (took.length === 0) return rows;
  const tookIt = new Set(took);
  const after = await folder.storeAndRead(uidSet(took.map(({ uid }) => uid)), { sign: '-', keywords: remove });
  return [...rows.filter((row) => !tookIt.has(row)), ...after];
};
