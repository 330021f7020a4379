/** From what was seen and decided to the journal of a run: pure, so that it can be shown that nothing is left out. */
import { LIMITS } from '../limits.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import { findFolder, type ListedFolder } from '../mail/folder.ts';
import { NO_UIDS, splitUidSet, type UidSet, uidSet } from '../mail/uid-set.ts';
import type { Decision } from '../rules/effect.ts';
import type { Trial } from '../rules/try-out.ts';
import { type BatchContext, batchEffects, splitCommand } from '../sync/batch.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type {
  EffectCommand,
  FolderChange,
  JournalPart,
  OutboxEvent,
  RuleNote,
  Source,
  Target,
} from '../sync/journal.ts';
import type { Decided } from './apply-rules.ts';

/** What was decided about messages of one folder. */
export type DecidedShare = {
  readonly source: Source;
  readonly cursor: FolderCursor;
  readonly decided: readonly Decided[];
};

/** One folder's share of the run. */
export type FolderShare = DecidedShare & {
  readonly plan: string;
  /** Decided by this run: in the mirror from its commit on. */
  readonly arrived: UidSet;
  readonly changed: UidSet;
  readonly gone: UidSet;
};

export type PlanContext = {
  readonly accountId: string;
  readonly ruleName: (ruleId: string) => string;
  readonly folders: readonly ListedFolder[];
};

/** A part that is still to get its number. */
export type UnnumberedPart = JournalPart extends infer Part ? (Part extends unknown ? Omit<Part, 'n'> : never) : never;

/**
 * `requested`: what was asked for, before what rules decide, as the owner's own word counts more. `timed`: what was decided about
 * messages because of the time.
 */
export const planRun = (
  context: PlanContext,
  shares: readonly FolderShare[],
  requested: readonly UnnumberedPart[] = [],
  timed: readonly DecidedShare[] = [],
): JournalPart[] => {
  const all = [...shares, ...timed];
  const changes = shares.flatMap((share) => changesOf(share)).map((change) => ({ kind: 'change' as const, change }));
  const notes = all.flatMap((share) => notesOf(context, share)).map((note) => ({ kind: 'note' as const, note }));
  const events = all.flatMap((share) => eventsOf(context, share)).map((event) => ({ kind: 'event' as const, event }));
  const effects = all
    .flatMap((share) => commandsOf(context, share, ({ decision }) => decision))
    .map((command) => ({ kind: 'effect' as const, command, state: { state: 'planned' as const, attempt: 1 } }));
  const trials = all
    .flatMap((share) => commandsOf(context, share, ({ trial }) => trial))
    .map((trial) => ({ kind: 'trial' as const, trial }));
  return [...changes, ...notes, ...events, ...trials, ...requested, ...effects].map(
    (part, n): JournalPart => ({ n, ...part }),
  );
};

/** The target of a command, as it was listed. */
export const targetIn =
  (folders: readonly ListedFolder[]) =>
  (path: string, create: boolean): Target => {
    const status = folders.find((folder) => folder.path === path)?.status;
    if (status === undefined) return { path, create };
    return { path, create, uidValidity: status.uidValidity, uidNext: status.uidNext };
  };

/** The same for what is done and for what only would be: they differ in whether it is carried out. */
export const commandsOf = (
  context: PlanContext,
  { source, decided, cursor }: Omit<DecidedShare, 'cursor'> & { readonly cursor: Pick<FolderCursor, 'highestModseq'> },
  wanted: (one: Decided) => Pick<Decision, 'effects'> | undefined,
): EffectCommand[] => {
  const batch: BatchContext = {
    accountId: context.accountId,
    requester: (ruleId) => ({ by: 'rule', ruleId, ruleName: context.ruleName(ruleId) }),
    highestModseq: cursor.highestModseq,
    target: targetIn(context.folders),
    draftsPath: findFolder(context.folders, { role: 'drafts' })?.path,
  };
  const messages = decided.flatMap((one) => {
    const { facts, trigger } = one;
    const decision = wanted(one);
    if (decision === undefined) return [];
    const { uid, keywords, emailId } = facts;
    return [{ uid, trigger, fingerprint: fingerprintOf(facts), emailId, keywords, decision }];
  });
  return batchEffects(source, messages, batch).flatMap((command) => splitCommand(command, LIMITS.journalPartBytesMax));
};

const changesOf = ({ decided: _decided, ...change }: FolderShare): FolderChange[] => {
  const pieces = (set: UidSet) => splitUidSet(set, CHANGE_SET_BYTES_MAX);
  const arrived = pieces(change.arrived);
  const changed = pieces(change.changed);
  const gone = pieces(change.gone);
  const count = Math.max(arrived.length, changed.length, gone.length, 1);
  return Array.from({ length: count }, (_, i) => ({
    ...change,
    arrived: arrived[i] ?? NO_UIDS,
    changed: changed[i] ?? NO_UIDS,
    gone: gone[i] ?? NO_UIDS,
  }));
};

// Three sets and a cursor with a long path fit a part of 4 KB.
const CHANGE_SET_BYTES_MAX = 1_000;

/** What rules say to the owner's own services, gathered by rule and event. */
const eventsOf = (context: PlanContext, { source, decided }: DecidedShare): OutboxEvent[] => {
  const groups = new Map<string, { event: Omit<OutboxEvent, 'uids'>; uids: number[] }>();
  for (const { facts, decision, trigger } of decided) {
    for (const effect of decision.effects) {
      if (effect.kind !== 'webhook') continue;
      const { ruleId, event } = effect;
      const key = JSON.stringify([ruleId, event, trigger]);
      const outgoing = { source, event, ruleId, ruleName: context.ruleName(ruleId), trigger };
      const group = groups.get(key) ?? { event: outgoing, uids: [] };
      groups.set(key, group);
      group.uids.push(facts.uid);
    }
  }
  return [...groups.values()].flatMap(({ event, uids }) =>
    splitUidSet(uidSet(uids), CHANGE_SET_BYTES_MAX).map((set) => ({ ...event, uids: set })),
  );
};

/** What rules could not do, gathered by rule and reason. */
const notesOf = (context: PlanContext, { source, decided }: DecidedShare): RuleNote[] => {
  const groups = new Map<string, { note: Omit<RuleNote, 'uids'>; uids: number[] }>();
  const draftsMissing = findFolder(context.folders, { role: 'drafts' }) === undefined;
  const add = ({ facts }: Decided, { effects, problems }: Trial, more: Pick<RuleNote, 'wouldDo'>) => {
    const lost = effects
      .filter((effect) => effect.kind === 'draft' && draftsMissing)
      .map(({ ruleId }) => ({ ruleId, reason: 'mailbox-missing', detail: 'the account has no folder for drafts' }));
    // An event is no command, so that what a rule on trial would say is told here.
    const events = effects.flatMap((effect) =>
      effect.kind === 'webhook' && more.wouldDo
        ? [{ ruleId: effect.ruleId, reason: 'event', detail: effect.event }]
        : [],
    );
    for (const { ruleId, reason, detail } of [...problems, ...lost, ...events]) {
      const key = JSON.stringify([ruleId, reason, detail]);
      const note = { source, ruleId, ruleName: context.ruleName(ruleId), reason, detail, ...more };
      const group = groups.get(key) ?? { note, uids: [] };
      groups.set(key, group);
      group.uids.push(facts.uid);
    }
  };
  for (const one of decided) {
    add(one, one.decision, {});
    if (one.trial !== undefined) add(one, one.trial, { wouldDo: true });
  }
  return [...groups.values()].flatMap(({ note, uids }) =>
    splitUidSet(uidSet(uids), CHANGE_SET_BYTES_MAX).map((set) => ({ ...note, uids: set })),
  );
};

/** The journal of a run that only mirrors: which folders, in as few parts as can be; `told` beside them. */
export const planSeeding = (sources: readonly Source[], told: readonly UnnumberedPart[] = []): JournalPart[] => {
  const parts: UnnumberedPart[] = [...told];
  for (let from = 0; from < sources.length; from += LIMITS.seedPartSourcesMax) {
    const some = sources.slice(from, from + LIMITS.seedPartSourcesMax);
    parts.push({ kind: 'seed', seeding: { plan: 'first', sources: some } });
  }
  return parts.map((part, n): JournalPart => ({ n, ...part }));
};
