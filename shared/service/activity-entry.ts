/** One command of the journal as an entry of the activity: what rules did, or what came of it. Pure, and nothing of the table behind it. */
import { LIMITS } from '../limits.ts';
import { formatMessageId } from '../mail/message.ts';
import { type UidSet, uidCount, uidsOf } from '../mail/uid-set.ts';
import type { StoredJournalPart } from '../store/journal.ts';
import {
  type EffectCommand,
  type Evidence,
  isFinal,
  type PartState,
  type Requester,
  type RuleNote,
  type Source,
} from '../sync/journal.ts';

export type ActivityMessage = { readonly id: string; readonly uid: number };

/** `messages` holds the newest `messagesPerActivityMax` of `messageCount`. Times in milliseconds since 1970. */
export type ActivityEntry = {
  readonly id: string;
  readonly accountId: string;
  readonly at: number;
  /** `none`: a rule matched and nothing could be done; `reason` and `detail` say why. */
  readonly action: EffectCommand['kind'] | 'none';
  readonly rules: readonly { readonly ruleId: string; readonly ruleName: string; readonly messageCount: number }[];
  /** `rule`, or who else asked for it; `undoOf` names the entry that an undo or a repair is about. */
  readonly askedBy: Requester['by'];
  readonly undoOf?: string;
  readonly messages: readonly ActivityMessage[];
  readonly messageCount: number;
  readonly from: string;
  readonly to?: string;
  /** When what was put off is to be done. */
  readonly dueAt?: number;
  readonly keywordsAdded?: readonly string[];
  readonly keywordsRemoved?: readonly string[];
  /** `wouldDo`: of a rule on trial; nothing was done, and nothing will be. */
  readonly state: PartState['state'] | 'wouldDo';
  readonly evidence?: Evidence;
  /** Why nothing was done, or why it was given up. */
  readonly reason?: string;
  readonly detail?: string;
  /** Messages of a command that was done to which nothing had to be done, or nothing could. */
  readonly skipped?: { readonly messages: readonly ActivityMessage[]; readonly reason: string };
};

/** None for a change record, and none for a run that was written down and never armed: nothing of it was done. */
export const entriesOf = (
  { runId, at, part }: StoredJournalPart,
  accountId: string,
  openJournal: string | undefined,
): ActivityEntry[] => {
  if (part.kind === 'change' || part.kind === 'seed' || part.kind === 'timer') return [];
  if (part.kind === 'event' || part.kind === 'news') return [];
  if (part.kind === 'note') return [noteEntry(`${runId}-${part.n}`, accountId, at, part.note)];
  const id = `${runId}-${part.n}`;
  if (part.kind === 'trial') return [trialEntry(accountId, { id, at, command: part.trial })];
  const { command, state } = part;
  if (!isFinal(state) && runId !== openJournal) return [];
  return [entryOf(accountId, { id, at, command, state })];
};

/** `at`: when it was decided. */
export const entryOf = (
  accountId: string,
  { id, at, command, state }: Pick<ActivityEntry, 'id' | 'at'> & { command: EffectCommand; state: PartState },
): ActivityEntry => {
  return {
    ...commandEntry(accountId, { id, at: 'at' in state ? state.at : at, command }),
    state: state.state,
    ...outcomeOf(state, accountId, command.source),
  };
};

type Told = Pick<ActivityEntry, 'id' | 'at'> & { readonly command: EffectCommand };

const trialEntry = (accountId: string, told: Told): ActivityEntry => ({
  ...commandEntry(accountId, told),
  state: 'wouldDo',
});

const commandEntry = (accountId: string, { id, at, command }: Told): Omit<ActivityEntry, 'state'> => {
  const { source, uids, askedBy } = command;
  return {
    id,
    accountId,
    at,
    action: command.kind,
    rules: askedBy.flatMap((asker) =>
      asker.by === 'rule'
        ? [{ ruleId: asker.ruleId, ruleName: asker.ruleName, messageCount: uidCount(asker.uids) }]
        : [],
    ),
    ...requesterOf(command),
    messages: messagesOf(accountId, source, uids),
    messageCount: uidCount(uids),
    from: source.path,
    ...whatOf(command),
  };
};

const noteEntry = (id: string, accountId: string, at: number, note: RuleNote): ActivityEntry => ({
  id,
  accountId,
  at,
  action: 'none',
  rules: [{ ruleId: note.ruleId, ruleName: note.ruleName, messageCount: uidCount(note.uids) }],
  askedBy: 'rule',
  messages: messagesOf(accountId, note.source, note.uids),
  messageCount: uidCount(note.uids),
  from: note.source.path,
  state: note.wouldDo === true ? 'wouldDo' : 'skipped',
  reason: note.reason,
  detail: note.detail,
});

const requesterOf = ({ askedBy: [first] }: EffectCommand): Pick<ActivityEntry, 'askedBy' | 'undoOf'> => ({
  askedBy: first?.by ?? 'rule',
  ...(first !== undefined && 'activityId' in first ? { undoOf: first.activityId } : {}),
});

export const whatOf = (
  command: EffectCommand,
): Pick<ActivityEntry, 'to' | 'dueAt' | 'keywordsAdded' | 'keywordsRemoved'> => {
  if (command.kind === 'store') return { keywordsAdded: command.add, keywordsRemoved: command.remove };
  if (command.kind === 'later') {
    const { at, add, remove, to } = command;
    const due = { dueAt: at * 1_000, keywordsAdded: add, keywordsRemoved: remove };
    return to === undefined ? due : { ...due, to };
  }
  if (command.kind === 'renameFolder') return { to: command.to };
  return 'target' in command ? { to: command.target.path } : {};
};

const outcomeOf = (
  state: PartState,
  accountId: string,
  source: Source,
): Pick<ActivityEntry, 'evidence' | 'reason' | 'skipped'> => {
  if (state.state === 'skipped' || state.state === 'parked') return { reason: state.reason };
  if (state.state !== 'done') return {};
  const { evidence, skipped } = state;
  if (skipped === undefined) return { evidence };
  return { evidence, skipped: { messages: messagesOf(accountId, source, skipped.uids), reason: skipped.reason } };
};

/** As the messages were called before the command; a move gives them new names. */
const messagesOf = (accountId: string, { folderId, uidValidity }: Source, uids: UidSet): ActivityMessage[] => {
  const messages: ActivityMessage[] = [];
  for (const uid of newestUids(uids, LIMITS.messagesPerActivityMax)) {
    messages.push({ id: formatMessageId({ accountId, folderId, uidValidity, uid }), uid });
  }
  return messages;
};

const newestUids = (uids: UidSet, max: number): number[] => {
  const newest: number[] = [];
  for (const [first, last] of uids.toReversed()) {
    for (const uid of uidsOf([[Math.max(first, last - (max - newest.length) + 1), last]])) newest.push(uid);
    if (newest.length >= max) break;
  }
  return newest.sort((a, b) => a - b);
};
