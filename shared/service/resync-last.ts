/**
 * Folders that changed, resynchronised pipelined as the connection's last act: one round trip for all of them. Only where
 * nothing can come of them that would need the server again; where an answer does not prove itself, the next run compares all.
 */
import { type BulkFolder, type BulkListing, isListed, type ListedInBulk } from '../imap/bulk/bulk-listing.ts';
import { listInBulk } from '../imap/bulk/list-in-bulk.ts';
import type { MailSession } from '../imap/session.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { uidCount } from '../mail/uid-set.ts';
import type { MessageList } from '../sync/message-list.ts';
import { type PlanContext, planFolder } from '../sync/plan.ts';
import type { RuleContext } from './apply-rules.ts';
import type { Books } from './books.ts';
import { canBeNamed, isWatched } from './choose-seeds.ts';
import { mayDecide } from './gather-folder.ts';
import { isMassDeletion, type Observation, resynced } from './observe-folder.ts';

export type LastResyncs = {
  /** The folders in their order. undefined: it is left to the next run. */
  readonly observe: (folder: ListedFolder, mirrored: Promise<MessageList>) => Promise<Observation | undefined>;
  readonly close: () => Promise<void>;
};

export type LastResyncOptions = {
  readonly session: MailSession;
  readonly folders: readonly ListedFolder[];
  readonly skip: ReadonlySet<string>;
  readonly plan: PlanContext;
  readonly rules: RuleContext;
};

/** undefined where the connection is needed for more than this. */
export const openLastResyncs = (books: Books, options: LastResyncOptions): LastResyncs | undefined => {
  const { session, rules } = options;
  const asked = foldersToAsk(books, options);
  if (asked === undefined || asked.length === 0) return undefined;
  const listings = listInBulk(session, asked, { behind: 'ENABLE' });
  const sinceOf = new Map(asked.map(({ path, since }) => [path, since]));
  return {
    observe: async (folder, mirrored) => {
      const [next, mirror] = await Promise.all([listings.next(), mirrored]);
      const since = sinceOf.get(folder.path);
      if (next.done === true || since === undefined || next.value.path !== folder.path)
        throw new Error('folders were resynchronised in another order');
      const seen = isResynced(next.value, since) ? resynced(mirror, next.value) : 'something-missing';
      const isProved = seen !== 'something-missing' && !isMassDeletion(uidCount(seen.gone), mirror.uids.length);
      if (isProved && (seen.arrived.length === 0 || !isWatched(rules, folder))) return seen;
      // What came after the status is told by the next one, and rules are asked then. All else would end the same again.
      const first = isProved ? (seen.arrived[0]?.[0] ?? 0) : 0;
      if (first < (folder.status?.uidNext ?? 0)) books.unsettled(folder.path, since.uidValidity);
      return undefined;
    },
    close: async () => {
      await listings.return();
    },
  };
};

/** undefined when one of the folders has to be looked at in another way. */
const foldersToAsk = (
  books: Books,
  { folders, skip, plan, rules }: LastResyncOptions,
): (BulkFolder & Required<Pick<BulkFolder, 'since'>>)[] | undefined => {
  const asked: (BulkFolder & Required<Pick<BulkFolder, 'since'>>)[] = [];
  for (const folder of folders) {
    const { path, pathAsListed, status } = folder;
    if (skip.has(path)) continue;
    const cursor = books.cursorAt(path);
    const { kind } = planFolder(cursor, folder, plan);
    if (kind === 'unchanged') continue;
    // Once the connection has ended nothing can be asked about what arrived, or about a flag that was turned.
    const mayBringNews = mayDecide(rules, path, status?.uidNext !== cursor?.uidNext);
    if (kind !== 'resync' || cursor?.highestModseq === undefined || mayBringNews || !canBeNamed(folder))
      return undefined;
    const since = { uidValidity: cursor.uidValidity, modseq: cursor.highestModseq };
    asked.push({ path, since, ...(pathAsListed === undefined ? {} : { pathAsListed }) });
  }
  return asked;
};

/** The server went along, as far as it says, and nobody disturbed it (RFC 7162 section 3.2.5). */
const isResynced = (
  listing: BulkListing,
  since: { readonly uidValidity: number; readonly modseq: bigint },
): listing is ListedInBulk & { readonly uidValidity: number } =>
  isListed(listing) &&
  listing.status === 'listed' &&
  listing.uidValidity === since.uidValidity &&
  (listing.highestModseq ?? 0n) >= since.modseq;
