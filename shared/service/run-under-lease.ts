/** A run under a lease that was just taken: what was seen before is looked at again where it may be old, and the lease given back. */
import { codeOf, isMailyardError } from '../errors.ts';
import { listFolders } from '../imap/folders.ts';
import type { MailSession } from '../imap/session.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { type Head, readHead } from '../store/head.ts';
import { commitHead, type HeadChange, type Lease, released } from '../store/lease.ts';
import { purgeAccount } from '../store/purge.ts';
import { statusDigest } from '../sync/digest.ts';
import type { AccountConfig, ConfigCache } from './account-config.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { type SyncInput, type SyncReport, syncAccount } from './sync-account.ts';

export type Seen = Pick<SyncInput, 'enabled' | 'requested' | 'onRequested' | 'pages'> & {
  /** As it was before the lease was taken. */
  readonly head: Head;
  readonly config: AccountConfig;
  readonly cache: ConfigCache;
  readonly session: MailSession;
  /** The session may be used after it; waited for under the lease, so that a connection that breaks does not leave that taken. */
  readonly ready?: Promise<void>;
  readonly folders: readonly ListedFolder[];
};

/** Throws what `syncAccount` does; the lease is given back then, too. */
export const runUnderLease = async (deps: MailboxDeps, lease: Lease, seen: Seen): Promise<SyncReport> => {
  try {
    return await run(deps, lease, seen);
  } catch (error) {
    // The socket goes first: from here on nothing can be done on the server in this lease's name.
    seen.session.client.close();
    const change = { ...released(lease), statusDigest: null, ...waitChange(error, deps.now()) };
    const isOurs = codeOf(error) !== 'lease.lost' && (await commitHead(deps.table, lease, change));
    // The account may have been deleted under our hands: nothing that we wrote may outlive it.
    if (!isOurs && (await readHead(deps.table, lease.ref)) === undefined) await purgeAccount(deps.table, lease.ref);
    throw error;
  }
};

/** Until then nobody needs to ask. */
const waitChange = (error: unknown, now: number): Pick<HeadChange, 'waitUntil'> =>
  isMailyardError(error, 'effect.waiting')
    ? { waitUntil: Math.floor(now / 1_000) + (error.retryAfterSeconds ?? 0) }
    : {};

const run = async (deps: MailboxDeps, lease: Lease, seen: Seen): Promise<SyncReport> => {
  const { head, session, cache, config: before, ready, pages, ...asked } = seen;
  await ready;
  // The head read at half price may lag behind; the rules that count are those of the lease.
  const config = (await cache.read(lease.ref, lease.head.configVersion)) ?? before;
  // Else a run was under way or came in between: a folder that it made would be held to have vanished, and its cursors not be seen.
  const isNext = lease.epoch === head.epoch + 1 && head.leaseUntil === 0;
  const folders = isNext ? seen.folders : await listFolders(session);
  const read = isNext && pages !== undefined ? { pages } : {};
  return await syncAccount(deps, { ...asked, ...read, config, session, folders, digest: statusDigest(folders), lease });
};
