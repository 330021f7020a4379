/**
 * The journal of one run: written before anything is done, closed when all of it is proved. A part is one command on the
 * server, or what was seen there. A closed journal is the activity that the owner reads.
 */
import { intersectUids, NO_UIDS, type UidSet, uidCount, uidSet, withoutUids } from '../mail/uid-set.ts';
import type { ComposedDraft, DraftSpec } from '../rules/effect.ts';
import type { FolderCursor } from './cursor.ts';

/** Where the messages of a part lie: nothing is done under another UIDVALIDITY. */
export type Source = { readonly folderId: string; readonly path: string; readonly uidValidity: number };

/** Where they go; UIDVALIDITY and UIDNEXT as they were before the first attempt, undefined for a folder not made yet. */
export type Target = {
  readonly path: string;
  readonly create: boolean;
  readonly uidValidity?: number;
  readonly uidNext?: number;
};

/** On whose word something is done: a rule's, the owner's own, an undo of an earlier part, or our own repair of one. */
export type Requester =
  | { readonly by: 'rule'; readonly ruleId: string; readonly ruleName: string }
  | { readonly by: 'owner' }
  | { readonly by: 'undo'; readonly activityId: string }
  | { readonly by: 'repair'; readonly activityId: string };

export type CommandBase = {
  /** Of a folder operation: the folder itself; one that is yet to be made has no id and UIDVALIDITY 0. */
  readonly source: Source;
  /** Empty for folder operations, and for a draft that answers no message. */
  readonly uids: UidSet;
  /** Who asked for it, for which of the UIDs. */
  readonly askedBy: readonly (Requester & { readonly uids: UidSet })[];
};

export type StoreCommand = CommandBase & {
  readonly kind: 'store';
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** HIGHESTMODSEQ as it was when it was decided, in decimal: it has more bits than a JSON number. */
  readonly unchangedSince?: string;
};
/** `fingerprints` tell our own result in the target from other mail when the server's answer was lost: one per UID, in order. */
export type TransferCommand = CommandBase & {
  readonly kind: 'copy' | 'move';
  readonly target: Target;
  readonly fingerprints: readonly string[];
  /** Of a move, as of `emailMarkOf`, where the server tells an EMAILID of each: by it an undo finds them again. */
  readonly emailMarks?: readonly string[];
  /** What the copies have from the start: one that has others by now was touched by somebody. */
  readonly keywords?: readonly string[];
};
export type DraftCommand = CommandBase & {
  readonly kind: 'draft';
  readonly target: Target;
  readonly draft: DraftSpec | ComposedDraft;
  /** Of a rule's: whom it answers in which thread, in 96 bits; remembered once the draft is there. */
  readonly conversation?: string;
  /** The effect's id: it makes the marker in the draft, by which it is found again. */
  readonly effectId: string;
};
/** Takes messages away for good. `written`: only while they are still as we wrote them, which needs nobody's leave. */
export type RemoveCommand = CommandBase & {
  readonly kind: 'remove';
  readonly fingerprints: readonly string[];
  readonly written?: {
    readonly keywords: readonly string[];
    /** The marker that a draft of ours carries. */
    readonly effectId?: string;
  };
};
/** Nothing is done now: when it is `at` (seconds since 1970), if then `recheck` says so, the flags are changed and the messages moved. */
export type LaterCommand = CommandBase & {
  readonly kind: 'later';
  readonly at: number;
  /** The rule's conditions hold; or the messages still lie in `mailbox`; or the whole rule is put to them once more. */
  readonly recheck: 'conditions' | 'place' | 'rule';
  readonly attempt?: number;
  /** Where they lie once this run's moves are done. */
  readonly mailbox: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly to?: string;
};
export type CreateFolderCommand = CommandBase & { readonly kind: 'createFolder' };
export type RenameFolderCommand = CommandBase & {
  readonly kind: 'renameFolder';
  readonly to: string;
  /** Of the listing: what lies below the folder goes along. */
  readonly delimiter: string;
};
export type DeleteFolderCommand = CommandBase & {
  readonly kind: 'deleteFolder';
  /** Also with messages in it, where the account allows that. */
  readonly destroy: boolean;
  /** Where it is put for the moment between "it is empty" and its end, so that no mail can arrive in it. */
  readonly aside: string;
  readonly delimiter: string;
};
export type EffectCommand =
  | StoreCommand
  | TransferCommand
  | DraftCommand
  | RemoveCommand
  | LaterCommand
  | CreateFolderCommand
  | RenameFolderCommand
  | DeleteFolderCommand;
export type EffectCommandKind = EffectCommand['kind'];
export type CommandOf<Kind extends EffectCommandKind> = Extract<EffectCommand, { readonly kind: Kind }>;

/** Where a source UID now lies: runs of [from, to, count], as COPYUID tells them (RFC 4315 section 3). */
export type UidMapping = readonly (readonly [from: number, to: number, count: number])[];

export type Copied = { readonly uidValidity: number; readonly mapping: UidMapping; readonly by: Evidence['by'] };

/**
 * What the server proved. `by` names how: its own answer, a flag read back, or our mark found in the target. `timer`: nothing was
 * asked of it yet.
 */
export type Evidence = {
  /** `gone`: asked for by UID, and no longer there. `listing`: LIST and STATUS show the folder, or that it is gone. */
  readonly by: 'copyuid' | 'appenduid' | 'flags' | 'marker' | 'fingerprint' | 'gone' | 'listing' | 'timer';
  readonly targetUidValidity?: number;
  readonly mapping?: UidMapping;
  /** Marked \Deleted and not expunged: the server has no UIDPLUS, and a plain EXPUNGE would take others' mail along. */
  readonly onlyMarked?: true;
};

export type SkipReason =
  | 'message-gone'
  | 'message-changed'
  | 'already-so'
  | 'uidvalidity-changed'
  | 'mailbox-missing'
  | 'mailbox-not-made'
  | 'keyword-refused'
  | 'mailbox-exists'
  | 'mailbox-not-empty'
  | 'mailbox-has-children'
  | 'mailbox-not-changed'
  | 'destroy-not-allowed'
  | 'server-refused'
  | 'automatic-mail';

/**
 * `attempt` counts how often it is sent, `deaths` how often a worker came to its end over it and had not sent it. `counted`: the
 * one before ended with the server's answer, or was put off, and not with the end of the worker. `sentAt` in milliseconds since
 * 1970, 0 where the server answered: then nothing of it is on its way any more.
 */
export type OpenState =
  | { readonly state: 'planned'; readonly attempt: number; readonly counted?: true; readonly deaths?: number }
  | {
      readonly state: 'sent';
      readonly attempt: number;
      readonly counted?: true;
      readonly deaths?: number;
      /** Taken over from a worker that died, and not sent again yet. */
      readonly unsent?: true;
      readonly sentAt: number;
      /** Of commands that write to another folder: as it was before the first attempt, and never moved forward. */
      readonly target?: Target;
      /** Of a move: it was sent as COPY, by a server without MOVE. One that has it by now may have the copies all the same. */
      readonly byCopy?: true;
      /** Of such a move: the copies are proved, and only now do the originals go. */
      readonly copied?: Copied;
    };

export type PartState =
  | OpenState
  | {
      readonly state: 'done';
      readonly attempt: number;
      readonly evidence: Evidence;
      /** Of commands that are not idempotent: the target as it was before they were sent first. */
      readonly target?: Target;
      /** UIDs of the command that needed nothing or were no longer there, with the reason. */
      readonly skipped?: { readonly uids: UidSet; readonly reason: SkipReason };
      readonly at: number;
    }
  | { readonly state: 'skipped'; readonly attempt: number; readonly reason: SkipReason; readonly at: number }
  /** Given up after `effectAttemptsMax` or `effectDeathsMax`; shown to the owner, never tried again by itself. */
  | { readonly state: 'parked'; readonly attempt: number; readonly reason: string; readonly at: number };

/** What was seen in one folder: the change record that feeds and events read, and the cursor to be reached. */
export type FolderChange = {
  readonly source: Source;
  readonly plan: string;
  readonly arrived: UidSet;
  readonly changed: UidSet;
  readonly gone: UidSet;
  readonly cursor: FolderCursor;
};

/** What a rule wanted and could not be done at all: shown to the owner, nothing was sent. */
export type RuleNote = {
  readonly source: Source;
  readonly uids: UidSet;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly reason: string;
  readonly detail: string;
  /** The rule is on trial. */
  readonly wouldDo?: true;
};

/** Folders that are mirrored from their beginning: nothing in them is news, and nothing is decided. */
export type Seeding = { readonly plan: 'first' | 'reseed'; readonly sources: readonly Source[] };

/**
 * A timer that came due: it is taken away when this run is, its work done by the other parts. `next` are set by then; `asked` are
 * messages that a rule which waits was asked about.
 */
export type FiredTimer = {
  readonly key: string;
  readonly next?: readonly DueLater[];
  readonly asked?: { readonly source: Source; readonly ruleId: string; readonly uids: UidSet };
  /** Of rules that are applied to mail that is there: how far this run brings it. */
  readonly advance?: {
    readonly id: string;
    readonly next: number;
    readonly processed: number;
    readonly refused?: number;
    readonly isLast: boolean;
  };
};

/** A timer, as it is to be set. */
export type DueLater = {
  readonly kind: string;
  readonly id: string;
  /** Seconds since 1970. */
  readonly dueAt: number;
  readonly payload: Readonly<Record<string, string | number>>;
};

/**
 * An event for the owner's own services, in the outbox once its run is armed: which rule matched which messages, as they were called
 * when it did. Delivered from here, by the part's id.
 */
export type OutboxEvent = {
  readonly source: Source;
  readonly uids: UidSet;
  readonly event: string;
  readonly ruleId: string;
  readonly ruleName: string;
  /** What made the rule be asked. */
  readonly trigger: string;
};

/** What befell a folder or the account itself, beside messages. */
export type News =
  | { readonly event: 'folder.renamed'; readonly path: string; readonly from: string }
  | { readonly event: 'folder.deleted'; readonly path: string }
  | { readonly event: 'account.reconnectNeeded'; readonly code: string }
  /** `since` in seconds since 1970: of the last check that reached it, or when the first was due. */
  | { readonly event: 'account.stale'; readonly since: number; readonly reason?: string };

export type JournalPart =
  | { readonly n: number; readonly kind: 'news'; readonly news: News }
  | { readonly n: number; readonly kind: 'timer'; readonly timer: FiredTimer }
  | { readonly n: number; readonly kind: 'seed'; readonly seeding: Seeding }
  | { readonly n: number; readonly kind: 'note'; readonly note: RuleNote }
  | { readonly n: number; readonly kind: 'change'; readonly change: FolderChange }
  | { readonly n: number; readonly kind: 'event'; readonly event: OutboxEvent }
  /** What rules on trial would do: shown to the owner, never carried out. */
  | { readonly n: number; readonly kind: 'trial'; readonly trial: EffectCommand }
  | { readonly n: number; readonly kind: 'effect'; readonly command: EffectCommand; readonly state: PartState };

/** What an effect came to, once nothing more will be done about it. */
export type FinalState = Exclude<PartState, OpenState>;
export type DoneState = Extract<PartState, { readonly state: 'done' }>;

/** The UIDs of a command on which it was proved. */
export const provedUids = (command: EffectCommand, state: PartState): UidSet =>
  state.state === 'done' ? withoutUids(command.uids, state.skipped?.uids ?? NO_UIDS) : NO_UIDS;

/** What comes later of the two has to wait for the other. */
export const sharesMessages = (a: EffectCommand, b: EffectCommand): boolean =>
  a.source.folderId === b.source.folderId && uidCount(intersectUids(a.uids, b.uids)) > 0;
/** The UIDs that a part is proved to have put into a folder. */
export const resultsOf = (part: JournalPart, path: string, uidValidity: number): UidSet => {
  if (part.kind !== 'effect' || part.state.state !== 'done' || !('target' in part.command)) return NO_UIDS;
  const { targetUidValidity, mapping = [] } = part.state.evidence;
  if (part.command.target.path !== path || targetUidValidity !== uidValidity) return NO_UIDS;
  return uidSet([...mappedPairs(mapping)].map(([, to]) => to));
};

export const isFinal = (state: PartState): state is FinalState =>
  state.state === 'done' || state.state === 'skipped' || state.state === 'parked';

/** Expands COPYUID's pairing, in the order the server gave, into runs. */
export const mappingOf = (pairs: Iterable<readonly [from: number, to: number]>): UidMapping => {
  const runs: [number, number, number][] = [];
  for (const [from, to] of [...pairs].sort((a, b) => a[0] - b[0])) {
    const top = runs.at(-1);
    if (top !== undefined && from === top[0] + top[2] && to === top[1] + top[2]) top[2] += 1;
    else runs.push([from, to, 1]);
  }
  return runs;
};

export function* mappedPairs(mapping: UidMapping): Generator<[from: number, to: number]> {
  for (const [from, to, count] of mapping) for (let i = 0; i < count; i += 1) yield [from + i, to + i];
}
