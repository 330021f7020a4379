/**
 * Goes on with the journal of a run that died. What it decided is carried out, with evidence looked for first, and never
 * decided again; then its folders are compared in full, as nobody knows how far the mirror was written.
 */
import { LIMITS } from '../limits.ts';
import { NO_UIDS, type UidSet, uidCount, uidsOf, unionUids, withoutUids } from '../mail/uid-set.ts';
import { readAges, writeAges } from '../store/ages.ts';
import { readRun } from '../store/journal.ts';
import { commitHead, type HeadChange, type Lease } from '../store/lease.ts';
import type { Table } from '../store/table.ts';
import { withFired, withTimer } from '../sync/ages.ts';
import type { FiredTimer, JournalPart, Source } from '../sync/journal.ts';
import { listedUids } from '../sync/message-list.ts';
import { nextFullLookAt } from '../sync/plan.ts';
import { advanceApplications } from './advance-applications.ts';
import type { Books } from './books.ts';
import { leaseLost } from './lease-lost.ts';
import type { MirrorFolder } from './mirror.ts';
import { claimParts, type EffectPart, type EffectsContext, runEffects } from './run-effects.ts';
import { settlePart } from './settle-part.ts';
import type { TimerBook } from './timers/timer-book.ts';

/** Messages whose flags the dead run had heard of, or never read: by folder id. What differs in them from the mirror is no news. */
export type Heard = ReadonlyMap<string, UidSet>;

export const finishRun = async (
  context: EffectsContext & { readonly tells: boolean },
  books: Books,
  timers: TimerBook,
): Promise<Heard> => {
  const { table, lease, runId } = context;
  const stored = await readRun(table, lease.ref, runId);
  const parts = stored.map(({ part }) => part);
  if (lease.tookOver) await books.mirrors.fence(foldersOf(parts));
  const effects = await claimParts(
    context,
    parts.filter((part): part is EffectPart => part.kind === 'effect'),
  );
  await enterDecided(books, parts);
  const done: JournalPart[] = [];
  await runEffects(
    {
      ...context,
      onFinished: async (part) => {
        await settlePart({ ...context, books, timers, done }, part);
        await context.onFinished(part);
      },
    },
    effects,
  );
  await books.mirrors.save();
  await books.saveCursors();
  await advanceApplications(table, lease.ref, parts, { runId, at: context.now() });
  for (const part of parts) {
    if (part.kind !== 'timer') continue;
    const { key, next = [], asked } = part.timer;
    timers.fired(key);
    timers.set(next);
    if (asked !== undefined) await rememberAsked(table, lease, asked);
  }
  await timers.save();
  await close(table, lease, books, timers, context.tells ? { untold: runId } : {});
  return heardOf(parts);
};

const rememberAsked = async (
  table: Table,
  { ref }: Lease,
  { source, ruleId, uids }: NonNullable<FiredTimer['asked']>,
): Promise<void> => {
  const { ages, version } = await readAges(table, ref, source);
  const now = withFired(withTimer(ages, ruleId, undefined), ruleId, uids);
  await writeAges(table, ref, source, { ages: now, version });
};

const heardOf = (parts: readonly JournalPart[]): Heard => {
  const heard = new Map<string, UidSet>();
  const add = (folderId: string, uids: UidSet) => heard.set(folderId, unionUids(heard.get(folderId) ?? NO_UIDS, uids));
  for (const part of parts) {
    if (part.kind === 'change') add(part.change.source.folderId, unionUids(part.change.arrived, part.change.changed));
  }
  return heard;
};

const close = async (
  table: Table,
  lease: Lease,
  books: Books,
  timers: TimerBook,
  told: Pick<HeadChange, 'untold'>,
): Promise<void> => {
  const committed = await commitHead(table, lease, {
    openJournal: null,
    ...told,
    statusDigest: null,
    folderCount: books.folderCount(),
    ...(lease.head.waitUntil === undefined ? {} : { waitUntil: null }),
    // What waits for its time is planned anew: the dead run may have set none of it.
    ...(lease.head.timedConfig === undefined ? {} : { timedConfig: null }),
    ...timers.headChange(nextFullLookAt(books.cursors(), LIMITS.fullLookSeconds)),
  });
  if (!committed) throw leaseLost();
};

/** Presence in the mirror means decided: what the dead run had decided is entered, its flags unknown until compared. */
const enterDecided = async (books: Books, parts: readonly JournalPart[]): Promise<void> => {
  const decided = new Map<string, { folder: MirrorFolder; path: string; uids: UidSet; plan: string }>();
  for (const part of parts) {
    if (part.kind !== 'change') continue;
    const { source, arrived, plan } = part.change;
    const key = JSON.stringify([source.folderId, source.uidValidity]);
    const before = decided.get(key)?.uids ?? NO_UIDS;
    // The dead run may have renamed the folder, and written that down.
    const path = books.pathOf(source.folderId) ?? source.path;
    decided.set(key, { folder: source, path, uids: unionUids(before, arrived), plan });
  }
  for (const { path, folderId } of parts.flatMap(sourcesOf)) {
    if (books.pathOf(folderId) === undefined) books.adopt(path, folderId);
  }
  for (const { folder, path, uids, plan } of decided.values()) {
    // A first sync or a reseed that decided nothing is done again from its beginning: it fires nothing.
    if ((plan === 'first' || plan === 'reseed') && uidCount(uids) === 0) continue;
    if (books.cursorAt(path) !== undefined && books.cursorAt(path)?.uidValidity !== folder.uidValidity) continue;
    const known = listedUids(await books.mirrors.read(folder));
    const rows = [...uidsOf(withoutUids(uids, known))].map((uid) => ({ uid, keywords: [] }));
    await books.mirrors.add(folder, rows);
    books.unsettled(path, folder.uidValidity);
  }
};

const foldersOf = (parts: readonly JournalPart[]): MirrorFolder[] => {
  const folders = parts
    .flatMap(sourcesOf)
    .map((source) => [`${source.folderId} ${source.uidValidity}`, source] as const);
  return [...new Map(folders).values()];
};

/** The folders whose mirrors the run set out to change. */
const sourcesOf = (part: JournalPart): readonly Source[] => {
  if (part.kind === 'change') return [part.change.source];
  return part.kind === 'seed' ? part.seeding.sources : [];
};
