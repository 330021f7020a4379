/**
 * The check of one account: one short connection, one LIST with STATUS, one digest compared. Nothing is written when nothing
 * changed; otherwise the lease is taken and the account is synced over the same connection.
 */
import { codeOf, type ErrorCode, isMailyardError } from '../errors.ts';
import { enableChanges } from '../imap/enable.ts';
import { lookAtFolders } from '../imap/look/look-at-folders.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import { readCursorPages } from '../store/cursors.ts';
import type { AccountRef, Head } from '../store/head.ts';
import { writeParts } from '../store/journal.ts';
import { commitHead, type HeadChange, type Lease, released, takeLease } from '../store/lease.ts';
import { backOffSeconds, throttleHintMs } from '../sync/back-off.ts';
import { statusDigest } from '../sync/digest.ts';
import { ASKED_TO_WAIT } from '../sync/heartbeat.ts';
import type { News } from '../sync/journal.ts';
import { runIdOf } from '../sync/run-id.ts';
import type { Credential } from '../vault/credential.ts';
import type { AccountConfig, ConfigCache } from './account-config.ts';
import type { HostGate } from './host-gate.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { needsTimes } from './needs-times.ts';
import { regroup } from './regroup.ts';
import type { SyncReport } from './sync-account.ts';
import { tellsAnybody } from './webhooks/tells-anybody.ts';
import { withMailbox } from './with-mailbox.ts';

/** `untold`: the owner's own services are to be told of something. */
export type CheckReport = { readonly ref: AccountRef; readonly untold?: true } & (
  | { readonly outcome: 'quiet' }
  | { readonly outcome: 'synced'; readonly sync: SyncReport }
  /** Another worker holds the lease; it will be asked again. */
  | { readonly outcome: 'busy' }
  /** Something may still be on its way to the server: its journal stays open until that is sure, in seconds from now. */
  | { readonly outcome: 'waiting'; readonly seconds: number }
  /** It has more to do than a batch should wait for: to be done by itself. */
  | { readonly outcome: 'handedOn' }
  /** Not polled: without settings, being deleted, or waiting for its owner. */
  | { readonly outcome: 'left'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly code: ErrorCode }
);

export type CheckOptions = {
  readonly cache: ConfigCache;
  readonly byHand?: boolean;
  /** One of many: what takes long is handed on, and no server is waited for for long. */
  readonly inBatch?: boolean;
  readonly gate?: HostGate;
  /** Quiet checks wait for servers, runs for the processor: few of those at once are through sooner than all. */
  readonly runs?: HostGate;
};

/** Never throws: one account's trouble is not another's. */
export const checkAccount = async (
  deps: MailboxDeps,
  ref: AccountRef,
  head: Head,
  options: CheckOptions,
): Promise<CheckReport> => {
  try {
    const config = await readable(ref, head, options, deps.now());
    if (typeof config === 'string') return { ref, outcome: 'left', reason: config };
    const { gate = ungated } = options;
    return await gate(config.account.host, () => check(deps, ref, head, config, options));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'lease.lost') return { ref, outcome: 'busy' };
    if (isMailyardError(error, 'effect.waiting')) {
      deps.log.info('check.waiting', { account: ref.accountId, seconds: error.retryAfterSeconds });
      return { ref, outcome: 'waiting', seconds: error.retryAfterSeconds ?? 0 };
    }
    deps.log.warn('check.failed', { account: ref.accountId, code });
    if (code === 'internal') deps.log.error('check.internal', { account: ref.accountId }, error);
    const untold = await recordFailure(deps, ref, head, { code, hintMs: throttleHintMs(error) }).catch(
      (cause: unknown) => {
        deps.log.error('check.failure-not-recorded', { account: ref.accountId }, cause);
        return undefined;
      },
    );
    return { ref, outcome: 'failed', code, ...(untold === undefined ? {} : { untold }) };
  }
};

const readable = async (
  ref: AccountRef,
  head: Head,
  options: CheckOptions,
  now: number,
): Promise<AccountConfig | string> => {
  if (head.state === 'deleting') return 'it is being deleted';
  if (head.paused === true) return 'its owner paused it';
  if (head.state === 'reconnectNeeded' && options.byHand !== true) return 'its owner has to reconnect it';
  if ((head.failure?.until ?? 0) * 1_000 > now && options.byHand !== true) return ASKED_TO_WAIT;
  // Looking again does no harm: what is found by now is waited for no longer, and nothing is sent a second time before.
  if ((head.waitUntil ?? 0) * 1_000 > now && options.byHand !== true)
    return 'a command of its last run may still be on its way';
  return (await options.cache.read(ref, head.configVersion)) ?? 'it has no settings';
};

const check = async (
  deps: MailboxDeps,
  ref: AccountRef,
  head: Head,
  config: AccountConfig,
  { cache, inBatch = false, runs = ungated }: CheckOptions,
): Promise<CheckReport> => {
  const { account, credential } = config;
  const bounded = (seconds: number): number => {
    const leftMs = deps.deadline() - deps.now();
    return inBatch ? Math.min(leftMs, seconds * 1_000) : leftMs;
  };
  const timeoutMs = bounded(LIMITS.lookSeconds);
  const onFresh = (fresh: Credential) => cache.renew(ref, fresh);
  return await withMailbox(deps, { account, credential, timeoutMs, onFresh }, async (session) => {
    const { folders, goOn } = await lookAtFolders(session);
    const digest = statusDigest(folders);
    const seconds = Math.floor(deps.now() / 1_000);
    if (isQuiet(head, digest, seconds) && !needsTimes(head, config.rules)) {
      await regroup(deps, ref, head, account.pollSeconds);
      return { ref, outcome: 'quiet' } as const;
    }
    // Whether it can be reached is known by now; the first look at all its mail takes a while.
    if (inBatch && head.firstSyncAt === undefined) return { ref, outcome: 'handedOn' } as const;
    if (inBatch) session.giveTime(deps.deadline() - deps.now());
    const waitedFrom = deps.now();
    return await runs('', async () => {
      // The server would soon give up on a connection that says nothing.
      if (inBatch && deps.now() - waitedFrom > LIMITS.runWaitSeconds * 1_000)
        return { ref, outcome: 'handedOn' } as const;
      const runDeps = inBatch ? withShare(deps, session, bounded(LIMITS.batchRunSeconds)) : deps;
      const ready = goOn();
      // A first sync reads no changes.
      const enabling = head.firstSyncAt === undefined ? {} : { enabled: ready.then(() => enableChanges(session)) };
      // A failure shows itself where the answer is waited for.
      for (const one of [ready, enabling.enabled]) one?.catch(() => undefined);
      // Where nobody held the lease when the head was read, nor has since, nobody has written them in between.
      const pages = readCursorPages(deps.table, ref);
      // A failure shows itself where they are waited for.
      pages.catch(() => undefined);
      const lease = await takeLease(deps.table, ref, Math.floor(deps.now() / 1_000), LIMITS.leaseSeconds, head);
      if (lease === undefined) return { ref, outcome: 'busy' } as const;
      // Most checks are quiet: rules, and all that reads mail, are loaded with the first that is not.
      const { runUnderLease } = await import('./run-under-lease.ts');
      const seen = { head, config, cache, session, ready, folders, pages, ...enabling };
      const sync = await runUnderLease(runDeps, lease, seen).catch((error: unknown) => {
        if (inBatch && codeOf(error) === 'deadline.reached') return undefined;
        throw error;
      });
      // Its share of a batch was not enough: what it armed is finished by the next.
      if (sync === undefined) return { ref, outcome: 'handedOn' } as const;
      return { ref, outcome: 'synced', sync, ...(sync.untold === undefined ? {} : { untold: sync.untold }) } as const;
    });
  });
};

/** What a run in a batch may take, the connection's time included. */
const withShare = (deps: MailboxDeps, session: MailSession, runMs: number): MailboxDeps => {
  const runUntil = deps.now() + runMs;
  session.giveTime(runMs);
  return { ...deps, deadline: () => runUntil };
};

const ungated: HostGate = (_host, act) => act();

const isQuiet = (head: Head, digest: string, seconds: number): boolean =>
  head.statusDigest === digest &&
  head.openJournal === undefined &&
  head.failure === undefined &&
  (head.wakeAt === undefined || head.wakeAt > seconds);

/**
 * The first failure of its kind is written; the same again is not, so that a server that is down costs no writes. One that asks
 * to wait is left alone until then.
 */
const recordFailure = async (
  deps: MailboxDeps,
  ref: AccountRef,
  head: Head,
  { code, hintMs }: { readonly code: ErrorCode; readonly hintMs: number | undefined },
): Promise<true | undefined> => {
  const throttled = BACKS_OFF.has(code);
  if (head.failure?.code === code && !throttled) return undefined;
  const at = Math.floor(deps.now() / 1_000);
  const lease = await takeLease(deps.table, ref, at, LIMITS.leaseSeconds, head);
  if (lease === undefined) return undefined;
  // A refused login is not tried again by itself: providers lock accounts that do.
  const stop = WAITS_FOR_OWNER.has(code) ? { state: 'reconnectNeeded' as const, pollGroup: null } : {};
  const before = head.failure?.code === code ? head.failure.count : 0;
  const until = throttled ? { until: at + backOffSeconds(before, hintMs) } : {};
  const failure = { code, at, count: before + 1, ...until };
  const untold = WAITS_FOR_OWNER.has(code)
    ? await writeNews(deps, lease, { event: 'account.reconnectNeeded', code })
    : {};
  await commitHead(deps.table, lease, { failure, ...stop, ...untold, ...released(lease) });
  return untold.untold === undefined ? undefined : true;
};

/** Before the head names it: until then it is not in the journal for anybody. */
const writeNews = async (deps: MailboxDeps, lease: Lease, news: News): Promise<Pick<HeadChange, 'untold'>> => {
  const { table } = deps;
  if (!(await tellsAnybody(table, lease.ref.tenant))) return {};
  const at = deps.now();
  const untold = runIdOf(at, lease.epoch);
  const expiresAt = Math.floor(at / 1_000) + LIMITS.activityRetentionDays * 86_400;
  await writeParts(table, lease.ref, untold, [{ n: 0, kind: 'news', news }], { epoch: lease.epoch, at, expiresAt });
  return { untold };
};

const WAITS_FOR_OWNER: ReadonlySet<ErrorCode> = new Set([
  'imap.auth-failed',
  'oauth.reconnect',
  'oauth.not-configured',
]);
/** Asked for less and less often: a provider that is down must not meet every account every minute. */
const BACKS_OFF: ReadonlySet<ErrorCode> = new Set(['imap.throttled', 'oauth.unreachable', 'oauth.not-configured']);
