/**
 * One run over one account, under its lease: what the last one left open is finished; what changed is looked at and decided;
 * the journal is armed; effects are carried out and proved; mirror and cursors are written; one write on the head commits.
 */
import { codeOf, MailyardError } from '../errors.ts';
import { isSureToEnable } from '../imap/enable.ts';
import { listFolders } from '../imap/folders.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { uidCount } from '../mail/uid-set.ts';
import type { StoredCursorPage } from '../store/cursors.ts';
import type { Head } from '../store/head.ts';
import { writeParts } from '../store/journal.ts';
import { armJournal, commitHead, type Lease } from '../store/lease.ts';
import { statusDigest } from '../sync/digest.ts';
import type { EffectCommand, JournalPart, PartState } from '../sync/journal.ts';
import { nextFullLookAt, type PlanContext, planFolder } from '../sync/plan.ts';
import type { RequestedChanges } from '../sync/requested.ts';
import { runIdOf } from '../sync/run-id.ts';
import { groupOf } from '../sync/schedule.ts';
import type { AccountConfig } from './account-config.ts';
import { advanceApplications } from './advance-applications.ts';
import { openAgesBook } from './ages-book.ts';
import type { RuleContext } from './apply-rules.ts';
import { functionAsker } from './ask-functions.ts';
import { type Books, openBooks } from './books.ts';
import { chooseSeeds } from './choose-seeds.ts';
import { countEffects, type EffectCounts } from './effect-counts.ts';
import { finishRun, type Heard } from './finish-run.ts';
import { followRenames } from './follow-renames.ts';
import { dropVanished, type GatherOptions, gather } from './gather.ts';
import { gatherRequested } from './gather-requested.ts';
import { leaseLost } from './lease-lost.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { narrationsOf, type Told } from './narrate.ts';
import { needsTimes, timedConfigFor } from './needs-times.ts';
import { type DecidedShare, type FolderShare, planRun, planSeeding, type UnnumberedPart } from './plan-run.ts';
import { planTimes } from './plan-times.ts';
import { requestCheck } from './request-sync.ts';
import { type EffectPart, type EffectsContext, runEffects } from './run-effects.ts';
import { openRunHistory } from './run-history.ts';
import { type Seed, seedFolders } from './seed-folders.ts';
import { openSeenMessages } from './seen-messages.ts';
import { settlePart } from './settle-part.ts';
import { openTimerBook, type TimerBook } from './timers/timer-book.ts';

export type SyncInput = {
  readonly config: AccountConfig;
  readonly session: MailSession;
  /** The server's answer to ENABLE, where it was not waited for: until then `session` does not tell what can be used. */
  readonly enabled?: Promise<void>;
  readonly folders: readonly ListedFolder[];
  /** Of `folders`; kept in the head when the mirror is level with them. */
  readonly digest: string;
  readonly lease: Lease;
  /** The cursors, where they were asked for before the lease was taken: nobody has written them since. */
  readonly pages?: Promise<readonly StoredCursorPage[]>;
  /** Asked for beside what rules decide. */
  readonly requested?: RequestedChanges;
  /** Told of each part of what was asked for: when it is planned, and when nothing more will be done about it. */
  readonly onRequested?: (told: RequestedTold) => void;
};

/** `id` as the activity names it. */
export type RequestedTold = { readonly id: string; readonly command: EffectCommand; readonly state: PartState };

export type SyncReport = {
  readonly arrived: number;
  readonly changed: number;
  readonly gone: number;
  /** Messages on which each kind of effect was proved. */
  readonly effects: EffectCounts;
  readonly more: boolean;
  /** The next run was asked for already. */
  readonly askedOn?: true;
  /** Of what is in the journal the owner's own services are to be told. */
  readonly untold?: true;
};

/** Throws `lease.lost`, `deadline.reached` or `imap.*`; whatever was armed is then finished by the next run. */
export const syncAccount = async (deps: MailboxDeps, input: SyncInput): Promise<SyncReport> => {
  const { lease, config, session } = input;
  const { head, ref } = lease;
  let { folders, digest } = input;
  const { tookOver } = lease;
  let books = await openBooks(deps.table, ref, folders, head.folderCount, { tookOver, pages: input.pages });
  const counted = countEffects();
  const timers = openTimerBook(deps.table, ref, head);
  const context = {
    session,
    account: config.account,
    now: deps.now,
    deadline: deps.deadline,
    table: deps.table,
    lease,
    factsOf: () => undefined,
  };
  let heardBefore: Heard = new Map();
  if (head.openJournal !== undefined) {
    await input.enabled;
    heardBefore = await finishRun(
      { ...context, runId: head.openJournal, tells: config.tells, onFinished: (part) => counted.add(part) },
      books,
      timers,
    );
    await books.sweep();
    // What was finished may have made folders: one that the listing before it lacks would be held to have vanished.
    folders = await listFolders(session);
    digest = statusDigest(folders);
    books = await openBooks(deps.table, ref, folders, books.folderCount());
  }
  // What a server would not show was left for later by a run that came to its end.
  const failed = head.failure !== undefined && head.failure.code !== 'imap.refused';
  if (head.openJournal !== undefined || failed || lease.tookOver) await books.sweepAll();

  // Half of the time is for looking and deciding, so that a run gets to carry out and to keep what it decided.
  const gatherUntil = (deps.now() + deps.deadline()) / 2;
  const seenMessages = openSeenMessages(deps.table, ref);
  const rules: RuleContext = {
    accountId: ref.accountId,
    rules: config.rules,
    folders,
    now: deps.now(),
    me: [config.account.address],
    timeZone: config.account.timeZone ?? 'UTC',
    history: openRunHistory(deps.table, ref, deps.now()),
    ask: functionAsker(deps.functions),
    paused: new Set(),
    lists: config.lists,
    seen: seenMessages,
    alsoHeaders: deps.narrate === undefined ? [] : ['from', 'subject'],
    isLate: () => deps.now() >= gatherUntil,
  };
  const applyToExisting = config.account.applyToExisting && head.firstSyncAt === undefined;
  const news = [...(await followRenames(books, session, folders)), ...dropVanished(books, folders)];
  const told = config.tells ? news.map((one) => ({ kind: 'news' as const, news: one })) : [];
  const nowSeconds = Math.floor(deps.now() / 1_000);
  const { plan, answered } = await planContext(input, books, nowSeconds);
  const choice = chooseSeeds(books, folders, plan, rules, applyToExisting);
  if (choice.seeds.length > 0 && !choice.others && input.requested === undefined) {
    await answered();
    const more = await seed(deps, { ...input, digest }, books, timers, { seeds: choice.seeds, told });
    return { ...totals([]), effects: counted.counts(), more, ...untoldOf(config) };
  }
  const ages = openAgesBook(deps.table, ref, rules, nowSeconds);
  const skip = new Set(choice.seeds.map(({ folder }) => folder.path));
  const { shares, more, refused } = await gather(books, {
    ...context,
    ref,
    folders,
    rules,
    applyToExisting,
    lastChangedAt: head.lastChangedAt,
    heardBefore,
    ages,
    skip,
    plan,
    answered,
    nowSeconds,
    isAllThereIs: input.requested === undefined && !timers.mayBeDue(nowSeconds, lease.tookOver),
  });
  const isPlanned = head.openJournal === undefined && !needsTimes(head, config.rules);
  if (!isPlanned) await planTimes(rules, { books, timers, ages }, nowSeconds);
  const ruleName = nameOf(config);
  const room = LIMITS.messagesPerRunMax - shares.reduce((sum, { decided }) => sum + decided.length, 0);
  const asked = await gatherRequested(
    { ...context, folders, books, timers, ref, rules, ages, room: Math.max(room, 0), ruleName, tookOver, nowSeconds },
    input,
  );
  timers.set(await ages.timers(books.mirrors.read));
  const planning = { accountId: ref.accountId, ruleName, folders };
  const parts = planRun(planning, seen(shares), [...told, ...asked.parts], asked.timed);
  const toldOf = tellerOf([...shares, ...asked.timed]);
  const done: JournalPart[] = [];
  const runId = runIdOf(deps.now(), lease.epoch);
  const tell = (part: JournalPart): void => {
    if (part.kind !== 'effect' || !asked.commands.has(part.command)) return;
    input.onRequested?.({ id: `${runId}-${part.n}`, command: part.command, state: part.state });
  };
  await seenMessages.save();
  await Promise.all([
    parts.length > 0 ? arm(deps, lease, runId, parts) : undefined,
    // Effects change the mirror once more; without them it is as it will be written.
    parts.some(({ kind }) => kind === 'effect') ? undefined : books.mirrors.pack(),
  ]);
  parts.forEach(tell);
  // Before the mirror: a flag that the mirror knows and the ages do not would be taken for older than it is.
  await timers.save();
  await ages.save();
  await runEffects(
    {
      ...context,
      runId,
      together: true,
      factsOf: (path, uid) => toldOf(path, uid)?.facts,
      onFinished: async (part) => {
        await settlePart({ ...context, runId, books, timers, done }, part);
        counted.add(part);
        tell(part);
        const { narrate } = deps;
        if (narrate !== undefined) for (const line of narrationsOf(ref.accountId, part, toldOf)) narrate(line);
      },
    } satisfies EffectsContext,
    parts.filter((part): part is EffectPart => part.kind === 'effect'),
  );
  // No mirror write without an armed journal, or a dead run's half-written mirror would be believed.
  if (parts.length === 0 && books.mirrors.pending() > 0) throw new Error('a mirror changed that no journal names');
  await books.mirrors.save();
  await books.saveCursors();
  await books.sweep();
  const isUnderWay = await advanceApplications(deps.table, ref, parts, { runId, at: deps.now() });
  await timers.save();
  const timedConfig = timedConfigFor(head, config.rules);
  const outcome = { more, armed: parts.length > 0 ? runId : undefined, failed: refused > 0, timedConfig };
  await commit(deps, { ...input, digest }, books, timers, outcome);
  // The next slice need not wait for the next poll.
  if (isUnderWay) await requestCheck(deps, config.account, { long: true });
  // All else is done; the owner is told that something is not.
  if (refused > 0) throw new MailyardError('imap.refused', `the server would not show ${refused} folders or messages`);
  const wasTold = parts.length > 0 || head.openJournal !== undefined ? untoldOf(config) : {};
  const askedOn = isUnderWay ? { askedOn: true as const } : {};
  return { ...totals(shares), effects: counted.counts(), more, ...askedOn, ...wasTold };
};

/** What the server can do, as far as its answer to ENABLE has to be waited for; the mirror that is asked for first is read meanwhile. */
const planContext = async (
  { session, enabled, folders }: SyncInput,
  books: Books,
  nowSeconds: number,
): Promise<Pick<GatherOptions, 'plan' | 'answered'>> => {
  const fullLookSince = nowSeconds - LIMITS.fullLookSeconds;
  const best = { condstore: true, qresync: true, fullLookSince };
  for (const folder of folders) {
    const cursor = books.cursorAt(folder.path);
    const { kind } = planFolder(cursor, folder, best);
    if (cursor === undefined || kind === 'unchanged' || kind === 'first' || kind === 'reseed') continue;
    // Who asks for it later gets its failure.
    books.mirrors.read({ folderId: cursor.id, uidValidity: cursor.uidValidity }).catch(() => undefined);
    break;
  }
  const answered = async (): Promise<PlanContext> => {
    await enabled;
    const { condstore, qresync } = session;
    return { condstore, qresync, fullLookSince };
  };
  return { plan: enabled !== undefined && isSureToEnable(session) ? best : await answered(), answered };
};

/** A run that mirrors many folders in bulk and does nothing else; what is through when it fails is kept. */
const seed = async (
  deps: MailboxDeps,
  input: SyncInput,
  books: Books,
  timers: TimerBook,
  { seeds, told }: { readonly seeds: readonly Seed[]; readonly told: readonly UnnumberedPart[] },
): Promise<boolean> => {
  const { lease, session } = input;
  const sources = seeds.map(({ folder, status }) => ({
    folderId: books.idFor(folder.path),
    path: folder.path,
    uidValidity: status.uidValidity,
  }));
  const since = Math.floor(deps.now() / 1_000);
  const runId = runIdOf(deps.now(), lease.epoch);
  await arm(deps, lease, runId, planSeeding(sources, told));
  // A tenth of the time is kept for writing.
  const stopAfterMs = (deps.deadline() - deps.now()) * 0.9;
  const until = deps.now() + stopAfterMs;
  const isLate = () => deps.now() >= until;
  let failure: unknown;
  const hasFailed = lease.head.failure !== undefined;
  const options = { session, nowSeconds: since, isLate, stopAfterMs, hasFailed };
  const more = await seedFolders(books, seeds, options).catch((error: unknown) => {
    if (codeOf(error) === 'lease.lost') throw error;
    failure = error;
    return true;
  });
  await books.saveCursors();
  await books.sweep();
  await timers.save();
  await commit(deps, input, books, timers, { more, armed: runId, failed: failure !== undefined, seedingSince: since });
  if (failure !== undefined) throw failure;
  return more;
};

/** Parts first, then the head: only an armed journal counts, and only under our epoch. */
const arm = async (deps: MailboxDeps, lease: Lease, runId: string, parts: readonly JournalPart[]): Promise<void> => {
  const at = deps.now();
  const expiresAt = Math.floor(at / 1_000) + LIMITS.activityRetentionDays * 86_400;
  await writeParts(deps.table, lease.ref, runId, parts, { epoch: lease.epoch, at, expiresAt });
  // The parts stay in any case: a write that took effect may answer that it did not, and the next run has to find them.
  if (!(await armJournal(deps.table, lease, runId))) throw leaseLost();
};

type CommitOptions = {
  readonly more: boolean;
  /** The run whose journal is to be closed. */
  readonly armed: string | undefined;
  readonly failed?: boolean;
  readonly seedingSince?: number;
  readonly timedConfig?: number | null;
};

const commit = async (
  deps: MailboxDeps,
  { lease, digest, config }: SyncInput,
  books: Books,
  timers: TimerBook,
  { more, armed, failed = false, seedingSince, timedConfig }: CommitOptions,
): Promise<void> => {
  const nowSeconds = Math.floor(deps.now() / 1_000);
  const { head } = lease;
  const group = groupOf(deps.schedule, config.account);
  const committed = await commitHead(deps.table, lease, {
    ...(armed === undefined ? {} : { openJournal: null, lastChangedAt: nowSeconds }),
    ...(armed === undefined || !config.tells ? {} : { untold: armed }),
    statusDigest: more ? null : digest,
    folderCount: books.folderCount(),
    ...(more || head.firstSyncAt !== undefined ? {} : { firstSyncAt: nowSeconds }),
    ...(head.failure === undefined || failed ? {} : { failure: null }),
    ...(seedingSince === undefined || head.seedingSince !== undefined ? {} : { seedingSince }),
    ...(timedConfig === undefined || timedConfig === (head.timedConfig ?? null) ? {} : { timedConfig }),
    ...timers.headChange(nextFullLookAt(books.cursors(), LIMITS.fullLookSeconds)),
    ...(head.state === 'active' ? {} : { state: 'active' as const }),
    // Out of no group where a login was refused, out of a slower one where nothing had changed for long.
    ...(isOutOfGroup(head, group) ? { pollGroup: group } : {}),
    // Whoever reports the failure releases the lease with it.
    ...(failed ? {} : { leaseUntil: 0 as const }),
  });
  if (!committed) throw leaseLost();
};

const untoldOf = ({ tells }: AccountConfig): Pick<SyncReport, 'untold'> => (tells ? { untold: true } : {});

const isOutOfGroup = ({ state, pollGroup, paused }: Head, group: string): boolean =>
  state !== 'active' || (pollGroup !== undefined && paused !== true && pollGroup !== group);

/** A folder whose look brought nothing (the echo of our own effects) needs no journal. */
const seen = (shares: readonly FolderShare[]): FolderShare[] =>
  shares.filter(
    ({ plan, arrived, changed, gone, decided }) =>
      plan === 'first' ||
      plan === 'reseed' ||
      decided.length > 0 ||
      uidCount(arrived) + uidCount(changed) + uidCount(gone) > 0,
  );

/** Asked for each message of each effect. */
const tellerOf = (shares: readonly DecidedShare[]): ((path: string, uid: number) => Told | undefined) => {
  const told = new Map<string, Map<number, Told>>();
  for (const { source, decided } of shares) {
    const there = told.get(source.path) ?? new Map<number, Told>();
    told.set(source.path, there);
    for (const one of decided) if (!there.has(one.facts.uid)) there.set(one.facts.uid, one);
  }
  return (path, uid) => told.get(path)?.get(uid);
};

const nameOf = (config: AccountConfig) => {
  const names = new Map(config.rules.map(({ id, name }) => [id, name]));
  return (ruleId: string): string => names.get(ruleId) ?? ruleId;
};

const totals = (shares: readonly FolderShare[]) => ({
  arrived: shares.reduce((sum, { arrived }) => sum + uidCount(arrived), 0),
  changed: shares.reduce((sum, { changed }) => sum + uidCount(changed), 0),
  gone: shares.reduce((sum, { gone }) => sum + uidCount(gone), 0),
});
