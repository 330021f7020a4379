/**
 * What is told to the owner's own services, read from the journal of a closed run. The same run always gives the same events with
 * the same ids, so that one that is delivered twice is known for what it is.
 */
import { formatMessageId } from '../mail/message.ts';
import { formatUidSet, type UidSet, uidCount, uidsOf, withoutUids } from '../mail/uid-set.ts';
import { type EffectCommand, type JournalPart, provedUids, type Source } from './journal.ts';

export const EVENT_TYPES = [
  'message.arrived',
  'message.flags',
  'message.gone',
  'rule.applied',
  'rule.wouldApply',
  'rule.paused',
  'account.reconnectNeeded',
  'account.stale',
  'folder.created',
  'folder.renamed',
  'folder.deleted',
  'folder.reset',
] as const;

export type YardEvent = {
  readonly id: string;
  /** One of EVENT_TYPES, or the name that a rule's `webhook` action gives. */
  readonly type: string;
  readonly accountId: string;
  /** Of the run, in milliseconds since 1970. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Which messages it is about, where it is about some: their content may be asked for. */
  readonly messages?: { readonly source: Source; readonly uids: UidSet };
};

export type ToldRun = {
  readonly accountId: string;
  readonly runId: string;
  readonly at: number;
  readonly parts: readonly JournalPart[];
  /** Of the account, in seconds since 1970: what its first sync finds is no news. */
  readonly firstSyncAt: number | undefined;
  readonly messagesMax: number;
};

export const eventsOfRun = (run: ToldRun): YardEvent[] => {
  const made = new Set<string>();
  return run.parts.flatMap((part) =>
    eventsOfPart(run, part, made).map((event, k) => ({
      id: `evt_${run.accountId}-${run.runId}-${part.n}-${k}`,
      accountId: run.accountId,
      at: run.at,
      ...event,
    })),
  );
};

type Told = Pick<YardEvent, 'type' | 'data' | 'messages'>;

const eventsOfPart = (run: ToldRun, part: JournalPart, made: Set<string>): Told[] => {
  if (part.kind === 'change') return changeEvents(run, part.change);
  if (part.kind === 'seed') return part.seeding.sources.flatMap((source) => newFolder(run, source, 'first'));
  if (part.kind === 'effect') return effectEvents(run, part, made);
  if (part.kind === 'trial') return ruleEvents(run, 'rule.wouldApply', part.trial, part.trial.uids, {});
  if (part.kind === 'event') {
    const { source, uids, event, ruleId, ruleName, trigger } = part.event;
    return [aboutMessages(run, event, source, uids, { ruleId, ruleName, trigger })];
  }
  if (part.kind === 'note') {
    const { source, uids, ruleId, ruleName, reason, detail } = part.note;
    if (reason !== 'paused') return [];
    return [aboutMessages(run, 'rule.paused', source, uids, { ruleId, ruleName, detail })];
  }
  if (part.kind === 'news') {
    const { event, ...data } = part.news;
    return [{ type: event, data: 'since' in data ? { ...data, since: textOf(data.since * 1_000) } : data }];
  }
  return [];
};

const changeEvents = (
  run: ToldRun,
  { source, plan, arrived, changed, gone }: Extract<JournalPart, { kind: 'change' }>['change'],
): Told[] => {
  if (plan === 'first' || plan === 'reseed') return newFolder(run, source, plan);
  const flags = withoutUids(changed, arrived);
  return [
    ['message.arrived', arrived] as const,
    ['message.flags', flags] as const,
    ['message.gone', gone] as const,
  ].flatMap(([type, uids]) => (uidCount(uids) === 0 ? [] : [aboutMessages(run, type, source, uids, {})]));
};

const newFolder = (run: ToldRun, source: Source, plan: 'first' | 'reseed'): Told[] => {
  const { folderId, path, uidValidity } = source;
  if (plan === 'reseed') return [{ type: 'folder.reset', data: { folderId, path, uidValidity } }];
  // Until the end of the first sync all that there is appears.
  const isFirstSync = run.firstSyncAt === undefined || run.at < (run.firstSyncAt + 1) * 1_000;
  return isFirstSync ? [] : [{ type: 'folder.created', data: { folderId, path, uidValidity } }];
};

const effectEvents = (
  run: ToldRun,
  { n, command, state }: Extract<JournalPart, { kind: 'effect' }>,
  made: Set<string>,
): Told[] => {
  if (state.state !== 'done') return [];
  const activityId = `${run.accountId}-${run.runId}-${n}`;
  return [
    ...folderEvents(command, made),
    ...ruleEvents(run, 'rule.applied', command, provedUids(command, state), { activityId }),
  ];
};

const folderEvents = (command: EffectCommand, made: Set<string>): Told[] => {
  if (command.kind === 'renameFolder') {
    return [{ type: 'folder.renamed', data: { path: command.to, from: command.source.path } }];
  }
  if (command.kind === 'deleteFolder') return [{ type: 'folder.deleted', data: { path: command.source.path } }];
  const isNew = 'target' in command && command.target.create && command.target.uidValidity === undefined;
  const path = command.kind === 'createFolder' ? command.source.path : isNew ? command.target.path : undefined;
  // Several commands may have the same new folder for a target.
  if (path === undefined || made.has(path)) return [];
  made.add(path);
  return [{ type: 'folder.created', data: { path } }];
};

/** One for each rule that had a share in a command. */
const ruleEvents = (
  run: ToldRun,
  type: string,
  command: EffectCommand,
  uids: UidSet,
  more: Readonly<Record<string, unknown>>,
): Told[] =>
  command.askedBy.flatMap((asker) => {
    if (asker.by !== 'rule') return [];
    const { ruleId, ruleName } = asker;
    const own = withoutUids(asker.uids, withoutUids(asker.uids, uids));
    const done = { ruleId, ruleName, action: command.kind, ...whatOf(command), ...more };
    return uidCount(own) === 0 ? [] : [aboutMessages(run, type, command.source, own, done)];
  });

const whatOf = (command: EffectCommand): Readonly<Record<string, unknown>> => {
  if (command.kind === 'store') return { keywordsAdded: command.add, keywordsRemoved: command.remove };
  if (command.kind === 'later') {
    const { add, remove, to } = command;
    return { dueAt: textOf(command.at * 1_000), keywordsAdded: add, keywordsRemoved: remove, ...(to ? { to } : {}) };
  }
  return 'target' in command ? { to: command.target.path } : {};
};

/** `uids` in IMAP's notation names all of them, `messages` the newest by id. */
const aboutMessages = (
  { accountId, messagesMax }: ToldRun,
  type: string,
  source: Source,
  uids: UidSet,
  more: Readonly<Record<string, unknown>>,
): Told => {
  const { folderId, path, uidValidity } = source;
  const newest = newestOf(uids, messagesMax);
  return {
    type,
    data: {
      ...more,
      folderId,
      path,
      uidValidity,
      uids: formatUidSet(uids),
      messageCount: uidCount(uids),
      messages: newest.map((uid) => ({ id: formatMessageId({ accountId, folderId, uidValidity, uid }), uid })),
    },
    messages: { source, uids: newest.map((uid) => [uid, uid]) },
  };
};

const newestOf = (uids: UidSet, max: number): number[] => {
  const newest: number[] = [];
  for (const [first, last] of uids.toReversed()) {
    for (const uid of uidsOf([[Math.max(first, last - (max - newest.length) + 1), last]])) newest.push(uid);
    if (newest.length >= max) break;
  }
  return newest.sort((a, b) => a - b);
};

const textOf = (at: number): string => new Date(at).toISOString();
