/**
 * Does at once what somebody asks for in a mailbox: a run of its own, on the rails of every other. It looks at the mailbox,
 * arms its journal, acts, proves and commits; what it could not finish the next run does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MailyardError } from '../errors.ts';
import { enableChanges } from '../imap/enable.ts';
import { listFolders } from '../imap/folders.ts';
import { LIMITS } from '../limits.ts';
import { uidCount } from '../mail/uid-set.ts';
import { type AccountRef, readHead } from '../store/head.ts';
import { type Lease, takeLease } from '../store/lease.ts';
import { isFinal } from '../sync/journal.ts';
import type { RequestedChanges } from '../sync/requested.ts';
import { configCache } from './account-config.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { runUnderLease } from './run-under-lease.ts';
import type { RequestedTold } from './sync-account.ts';
import { askToTell } from './webhooks/ask-to-tell.ts';
import { withMailbox } from './with-mailbox.ts';

/** One entry a command, in order. A state that is not final is gone on with by the next run. */
export type ChangedMailbox = { readonly parts: readonly RequestedTold[] };

/**
 * Throws `not-found`, `account.paused`, `request.too-large`, `account.busy` when another worker has the account for longer than
 * `leaseWaitSeconds`, `imap.*`, `deadline.reached`; what is written down by then is not lost, and is returned instead.
 */
export const changeMailbox = async (
  deps: MailboxDeps,
  { ref, requested }: { readonly ref: AccountRef; readonly requested: RequestedChanges },
): Promise<ChangedMailbox> => {
  requireBounds(requested);
  const cache = configCache(deps, 1);
  const head = await readHead(deps.table, ref);
  const config = head === undefined ? undefined : await cache.read(ref, head.configVersion);
  if (head === undefined || config === undefined || head.state === 'deleting') throw gone();
  if (head.paused === true) throw new MailyardError('account.paused', 'the account is paused; resume it first');
  const told = new Map<string, RequestedTold>();
  const { account, credential } = config;
  const timeoutMs = deps.deadline() - deps.now();
  try {
    await withMailbox(deps, { account, credential, timeoutMs }, async (session) => {
      const folders = await listFolders(session);
      await enableChanges(session);
      const lease = await waitForLease(deps, ref);
      const onRequested = (part: RequestedTold) => told.set(part.id, part);
      const done = await runUnderLease(deps, lease, { head, config, cache, session, folders, requested, onRequested });
      // What it committed is told now, and not only when the next check finds it.
      if (done.untold === true) await askToTell(deps, [ref]);
    });
  } catch (error) {
    // Armed: it will be done, or is.
    if (told.size === 0) throw error;
    deps.log.warn('change.unfinished', { account: ref.accountId, open: [...told.values()].filter(isOpen).length });
  }
  return { parts: [...told.values()] };
};

const isOpen = ({ state }: RequestedTold): boolean => !isFinal(state);

/** A run of another worker is seldom long. */
export const waitForLease = async (deps: MailboxDeps, ref: AccountRef): Promise<Lease> => {
  const until = Math.min(deps.now() + LIMITS.leaseWaitSeconds * 1_000, deps.deadline());
  for (;;) {
    const lease = await takeLease(deps.table, ref, Math.floor(deps.now() / 1_000), LIMITS.leaseSeconds);
    if (lease !== undefined) return lease;
    const head = await readHead(deps.table, ref);
    if (head === undefined || head.state === 'deleting') throw gone();
    if (deps.now() >= until) {
      const retryAfterSeconds = LIMITS.leaseWaitSeconds;
      throw new MailyardError('account.busy', 'the account is being worked on; try again soon', { retryAfterSeconds });
    }
    await sleep(LEASE_WAIT_MS);
  }
};

const LEASE_WAIT_MS = 200;

const requireBounds = ({ changes }: RequestedChanges): void => {
  const messages = changes.reduce((sum, change) => sum + ('uids' in change ? uidCount(change.uids) : 1), 0);
  if (changes.length > LIMITS.requestedChangesMax || messages > LIMITS.requestedMessagesMax) {
    const most = `${LIMITS.requestedChangesMax} changes of ${LIMITS.requestedMessagesMax} messages`;
    throw new MailyardError('request.too-large', `at most ${most} can be asked for at once`);
  }
};

const gone = (): MailyardError => new MailyardError('not-found', 'there is no such account');
