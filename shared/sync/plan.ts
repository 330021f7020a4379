/** How to bring one folder's mirror up to date, from where it stands and what STATUS says. */
import type { FolderStatus, ListedFolder } from '../mail/folder.ts';
import type { FolderCursor } from './cursor.ts';

export type FolderPlan = {
  /**
   * unchanged: nothing to do. first: no mirror yet. reseed: UIDVALIDITY changed, all UIDs mean something else.
   * resync: SELECT with QRESYNC (RFC 7162) tells changes and expunges at once. delta: FETCH CHANGEDSINCE, and UID SEARCH ALL
   * where the count shows that some are gone. window: FETCH the flags of the newest messages, and the same count.
   * compare: FETCH the flags of all messages.
   */
  readonly kind: 'unchanged' | 'first' | 'reseed' | 'resync' | 'delta' | 'window' | 'compare';
  readonly reason: string;
};

export type PlanContext = {
  /** Enabled, not merely offered. */
  readonly condstore: boolean;
  readonly qresync: boolean;
  /** Folders without mod-sequences get a full look when they had none since this, in seconds since 1970. */
  readonly fullLookSince: number;
};

export const planFolder = (
  cursor: FolderCursor | undefined,
  folder: ListedFolder,
  context: PlanContext,
): FolderPlan => {
  const { status } = folder;
  if (!folder.selectable) return { kind: 'unchanged', reason: 'the folder holds no messages' };
  if (cursor === undefined) return { kind: 'first', reason: 'the folder has no mirror' };
  if (status === undefined) return { kind: 'compare', reason: 'the server gave no status' };
  if (status.uidValidity !== cursor.uidValidity) {
    return { kind: 'reseed', reason: `UIDVALIDITY ${cursor.uidValidity} became ${status.uidValidity}` };
  }
  if (cursor.seededTo !== undefined) return { kind: 'first', reason: `goes on behind UID ${cursor.seededTo}` };
  if (cursor.uidNext === 0) return { kind: 'compare', reason: 'how far the mirror is written is not known' };
  return modseqOf(cursor) === undefined || modseqOf(status) === undefined
    ? planByCounts(cursor, status, context)
    : planByModseq(cursor, status, context);
};

const planByModseq = (cursor: FolderCursor, status: FolderStatus, context: PlanContext): FolderPlan => {
  const before = modseqOf(cursor) ?? 0n;
  const now = modseqOf(status) ?? 0n;
  const difference = countDifference(cursor, status);
  // A server restored from a backup may go back; CHANGEDSINCE would then miss what came after.
  if (now < before) return { kind: 'compare', reason: `HIGHESTMODSEQ ${before} went back to ${now}` };
  if (status.uidNext < cursor.uidNext) return { kind: 'compare', reason: difference ?? 'UIDNEXT went back' };
  const kind = context.qresync ? 'resync' : context.condstore ? 'delta' : 'compare';
  if (now > before) return { kind, reason: `HIGHESTMODSEQ ${before} became ${now}` };
  // Expunges need not raise HIGHESTMODSEQ where there is CONDSTORE alone, so MESSAGES is asked too.
  if (difference !== undefined) return { kind, reason: difference };
  return { kind: 'unchanged', reason: 'the status is the same' };
};

/** Without mod-sequences a status says little of flags: the newest are looked at when it changes, all of them now and then. */
const planByCounts = (cursor: FolderCursor, status: FolderStatus, { fullLookSince }: PlanContext): FolderPlan => {
  const before = modseqOf(cursor);
  const now = modseqOf(status);
  if (before !== now) {
    return { kind: 'compare', reason: `HIGHESTMODSEQ was ${before ?? 'unknown'}, is ${now ?? 'unknown'}` };
  }
  if (needsFullLook(cursor) && lookedAtOf(cursor) <= fullLookSince)
    return { kind: 'compare', reason: 'the full look without mod-sequences is due' };
  if (status.uidNext < cursor.uidNext) return { kind: 'compare', reason: 'UIDNEXT went back' };
  const difference = countDifference(cursor, status);
  if (difference !== undefined) return { kind: 'window', reason: difference };
  if (status.unseen === undefined || cursor.unseen === undefined) {
    return { kind: 'window', reason: 'neither HIGHESTMODSEQ nor UNSEEN is known' };
  }
  if (status.unseen !== cursor.unseen) {
    return { kind: 'window', reason: `UNSEEN ${cursor.unseen} became ${status.unseen}` };
  }
  return { kind: 'unchanged', reason: 'the status is the same, as far as it goes without HIGHESTMODSEQ' };
};

/** 0 says that the folder keeps no mod-sequences (RFC 7162 section 3.1.2.2). */
const modseqOf = ({ highestModseq }: FolderStatus): bigint | undefined =>
  highestModseq === 0n ? undefined : highestModseq;

const countDifference = (cursor: FolderStatus, status: FolderStatus): string | undefined => {
  if (status.uidNext !== cursor.uidNext) return `UIDNEXT ${cursor.uidNext} became ${status.uidNext}`;
  if (status.messages !== cursor.messages) return `MESSAGES ${cursor.messages} became ${status.messages}`;
  return undefined;
};

const lookedAtOf = ({ lookedAt = 0 }: FolderCursor): number => lookedAt;

const needsFullLook = (cursor: FolderCursor): boolean => cursor.messages > 0 && modseqOf(cursor) === undefined;

/** When the next full look is due, in seconds since 1970; undefined where no folder needs any. */
export const nextFullLookAt = (cursors: readonly FolderCursor[], everySeconds: number): number | undefined => {
  let earliest: number | undefined;
  for (const cursor of cursors) {
    if (!needsFullLook(cursor)) continue;
    const at = lookedAtOf(cursor) + everySeconds;
    earliest = earliest === undefined ? at : Math.min(earliest, at);
  }
  return earliest;
};
