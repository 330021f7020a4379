/**
 * Messages that somebody named, as they are now: by folder, UIDVALIDITY and UID; and where they have another UID by now, or the
 * folder was renamed or numbered anew, by what our own record knows them by.
 */
import { arrivedSince } from '../imap/lookup.ts';
import { fetchFacts } from '../imap/messages.ts';
import { LIMITS } from '../limits.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import type { MessageFacts } from '../mail/message.ts';
import { NO_UIDS, type UidSet, uidSet, uidsOf, unionUids, withoutUids } from '../mail/uid-set.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { SkipReason, Source } from '../sync/journal.ts';
import type { FolderRef, MessagesRef } from '../sync/requested.ts';
import { type FoundAgain, findByEmailId } from './find-by-email-id.ts';
import type { RequestedContext } from './plan-requested.ts';

export type Seen = {
  readonly source: Source;
  readonly facts: readonly MessageFacts[];
  readonly missing: UidSet;
  /** The folder as it was named: UIDs of what is missing mean nothing in another. */
  readonly missingFrom: Source;
  readonly why: SkipReason;
};

type Named = MessagesRef & { readonly written?: { readonly effectId?: string } | undefined };
type Looking = Pick<RequestedContext, 'session' | 'folders' | 'books'>;

export const lookAt = async (context: Looking, named: Named): Promise<Seen> => {
  const { folder, uids } = named;
  const source = findSource(context, folder);
  if ('reason' in source) {
    const again = await findAgain(context, named);
    if (again !== undefined) return again;
    const nowhere = { folderId: '', path: source.path, uidValidity: folder.uidValidity };
    return { source: nowhere, facts: [], missing: uids, missingFrom: nowhere, why: source.reason };
  }
  const facts = await factsOf(context, source, uids);
  if (facts === undefined) return { source, facts: [], missing: uids, missingFrom: source, why: 'uidvalidity-changed' };
  const missing = withoutUids(uids, uidSet(facts.map(({ uid }) => uid)));
  const again = await findAnew(context, source, named, missing);
  if (again === undefined) return seenOf(source, facts, missing, source);
  return seenOf(source, [...facts, ...again.facts], withoutUids(missing, again.uids), source);
};

/** What was taken out of a folder and put into it again, by a client that uploads it anew or by hand: a later UID is its own. */
const findAnew = async (
  { session }: Looking,
  source: Source,
  named: Named,
  missing: UidSet,
): Promise<FoundAgain | undefined> => {
  const [first] = uidsOf(missing);
  if (first === undefined) return undefined;
  const others = unionUids(named.uids, named.others ?? NO_UIDS);
  return await findByEmailId(session, source, named, { wanted: missing, from: first + 1, others });
};

const seenOf = (source: Source, facts: readonly MessageFacts[], missing: UidSet, missingFrom: Source): Seen => ({
  source,
  facts,
  missing,
  missingFrom,
  why: 'message-gone',
});

const findSource = (
  { books }: Looking,
  ref: FolderRef,
): Source | { readonly reason: SkipReason; readonly path: string } => {
  const cursor = 'path' in ref ? books.cursorAt(ref.path) : books.cursors().find((one) => one.id === ref.folderId);
  if (cursor === undefined) return { reason: 'mailbox-missing', path: 'path' in ref ? ref.path : '' };
  if (cursor.uidValidity !== ref.uidValidity) return { reason: 'uidvalidity-changed', path: cursor.path };
  return sourceAt(cursor);
};

const sourceAt = ({ id, path, uidValidity }: FolderCursor): Source => ({ folderId: id, path, uidValidity });

const factsOf = async ({ session }: Looking, source: Source, uids: UidSet): Promise<MessageFacts[] | undefined> => {
  const facts: MessageFacts[] = [];
  const all = [...uidsOf(uids)];
  for (let from = 0; from < all.length; from += LIMITS.fetchBatchMessages) {
    const some = uidSet(all.slice(from, from + LIMITS.fetchBatchMessages));
    const read = await fetchFacts(session, source, some, { headers: 'none', body: false, structure: false });
    if (read === undefined) return undefined;
    facts.push(...read);
  }
  return facts;
};

/** A folder under another name has the same UIDs; one that was numbered anew is looked through. undefined: there is neither. */
const findAgain = async (context: Looking, named: Named): Promise<Seen | undefined> =>
  (await findRenamed(context, named)) ?? (await findRenumbered(context, named));

const findRenamed = async (context: Looking, { folder, uids, fingerprints }: Named): Promise<Seen | undefined> => {
  if (fingerprints === undefined || !('path' in folder)) return undefined;
  const expected = new Map([...uidsOf(uids)].map((uid, i) => [uid, fingerprints[i]]));
  const alike = context.books.cursors().filter(({ uidValidity }) => uidValidity === folder.uidValidity);
  for (const cursor of alike.slice(0, LIMITS.foldersLookedThroughMax)) {
    const source = sourceAt(cursor);
    // Two folders may share a UIDVALIDITY.
    const facts = (await factsOf(context, source, uids))?.filter((one) => expected.get(one.uid) === fingerprintOf(one));
    if (facts === undefined || facts.length === 0) continue;
    return seenOf(source, facts, withoutUids(uids, uidSet(facts.map(({ uid }) => uid))), source);
  }
  return undefined;
};

const findRenumbered = async (context: Looking, named: Named): Promise<Seen | undefined> => {
  const { folder, uids, fingerprints, written } = named;
  if (!('path' in folder)) return undefined;
  const cursor = context.books.cursorAt(folder.path);
  const status = context.folders.find(({ path }) => path === folder.path)?.status;
  const marker = written?.effectId;
  if (cursor === undefined || status === undefined || (marker === undefined && fingerprints === undefined)) {
    return undefined;
  }
  const source = sourceAt(cursor);
  const before = { folderId: '', path: cursor.path, uidValidity: folder.uidValidity };
  const again = await findByEmailId(context.session, source, named, { wanted: uids, from: 1, others: NO_UIDS });
  // Where it has none of them, the server may have given out new EMAILIDs, too.
  if (again !== undefined) return seenOf(source, again.facts, withoutUids(uids, again.uids), before);
  const uidNext = Math.max(1, status.uidNext - LIMITS.lookupMessagesMax);
  const { path, uidValidity } = source;
  const arrived = await arrivedSince(context.session, { path, create: false, uidValidity, uidNext });
  if (typeof arrived === 'string') return undefined;
  const left = new Map<string, number[]>();
  for (const [i, uid] of [...uidsOf(uids)].entries()) {
    const key = marker ?? fingerprints?.[i] ?? '';
    left.set(key, [...(left.get(key) ?? []), uid]);
  }
  const found = new Set<number>();
  const ours: number[] = [];
  for (const one of arrived.messages) {
    const uid = left.get(marker === undefined ? one.fingerprint : (one.marker ?? ''))?.shift();
    if (uid === undefined) continue;
    found.add(uid);
    ours.push(one.uid);
  }
  if (ours.length === 0) return undefined;
  const facts = (await factsOf(context, source, uidSet(ours))) ?? [];
  return seenOf(source, facts, withoutUids(uids, uidSet(found)), before);
};
