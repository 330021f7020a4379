/** What rules decide about one folder that was looked at: about what is new in it, and about flags that somebody turned. */
import type { MailSession } from '../imap/session.ts';
import type { ListedFolder } from '../mail/folder.ts';
import type { MessageFacts } from '../mail/message.ts';
import { NO_UIDS, type UidSet, uidCount, uidSet, uidsOf, unionUids, withoutUids } from '../mail/uid-set.ts';
import { answersTo, type TriggerEvent } from '../rules/trigger.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import { keywordsAt, type MessageList } from '../sync/message-list.ts';
import { type Decided, type RuleContext, rulesWatching } from './apply-rules.ts';
import { applyWithinLimits, type BlastContext } from './blast-radius.ts';
import { respectMovedBack } from './moved-back.ts';
import type { Observation } from './observe-folder.ts';
import type { SeenFolder } from './seen-messages.ts';

export type FolderDecisions = {
  readonly decided: readonly Decided[];
  /** New, and no rule has seen it yet: it must stay new. */
  readonly open: UidSet;
  /** Its flags were turned, and no rule has seen it yet: its flags must stay as they were mirrored. */
  readonly unheard: UidSet;
  readonly refused: number;
};

export type DecideContext = BlastContext & {
  readonly session: MailSession;
  readonly rules: RuleContext;
  /** The account is synced for the first time, and its owner wants rules to see the mail that is there. */
  readonly applyToExisting: boolean;
  /** Seconds since 1970 of the last run that changed anything; undefined where there was none. */
  readonly lastChangedAt: number | undefined;
  /** Messages whose flags a run that died had heard of: by folder id. */
  readonly heardBefore: ReadonlyMap<string, UidSet>;
  readonly nowSeconds: number;
};

type Looked = {
  readonly folderId: string;
  readonly folder: ListedFolder;
  readonly cursor: FolderCursor | undefined;
  readonly before: MessageList;
  readonly seen: Observation;
  /** How many messages may still be decided in this run. */
  readonly room: number;
};

export const decideFolder = async (context: DecideContext, looked: Looked): Promise<FolderDecisions> => {
  const arrivals = await decideArrivals(context, looked);
  const turned = await decideTurned(context, { ...looked, room: looked.room - arrivals.decided.length });
  return {
    decided: [...arrivals.decided, ...turned.decided],
    open: arrivals.open,
    unheard: turned.open,
    refused: arrivals.refused + turned.refused,
  };
};

type Part = Pick<FolderDecisions, 'decided' | 'open' | 'refused'>;
const NOTHING: Part = { decided: [], open: NO_UIDS, refused: 0 };

const decideArrivals = async (context: DecideContext, looked: Looked): Promise<Part> => {
  const { folder, seen, room } = looked;
  const fires = seen.plan === 'reseed' ? false : seen.plan === 'first' ? context.applyToExisting : true;
  const rules = rulesWatching(context.rules, folder.path);
  if (!fires || uidCount(seen.arrived) === 0 || rules.length === 0) return NOTHING;
  const place = placeOf(looked);
  const [now, later] = firstOf(seen.arrived, room);
  if (uidCount(now) === 0) return { ...NOTHING, open: later };
  const eventOf = (facts: MessageFacts): TriggerEvent => ({
    type: seen.plan !== 'first' && isMovedIn(context, folder, facts) ? 'movedInto' : 'arrived',
  });
  const asked = { rules, eventOf, trigger: 'arrived' };
  const { decided, undecided, refused } = await applyWithinLimits(context, folder, place, now, asked);
  const buttons = new Set(rules.filter(({ trigger }) => trigger.type === 'movedInto').map(({ id }) => id));
  const { history } = context.rules;
  return {
    decided: await respectMovedBack({ history, session: context.session }, place, decided, (id) => buttons.has(id)),
    open: unionUids(later, undecided),
    refused,
  };
};

/**
 * IMAP does not tell a move from a delivery. What is new outside the inbox was put there by somebody; in the inbox, only what had
 * been in the account when we last looked, as a move keeps INTERNALDATE (RFC 9051 section 6.4.7).
 */
const isMovedIn = ({ lastChangedAt }: DecideContext, folder: ListedFolder, facts: MessageFacts): boolean =>
  folder.path !== 'INBOX' || (lastChangedAt !== undefined && facts.receivedAt < lastChangedAt * 1_000);

/** Our own effects are in the mirror before any cursor moves: a flag that differs from it was turned by somebody else. */
const decideTurned = async (context: DecideContext, looked: Looked): Promise<Part> => {
  const { folder, before, seen, cursor, room } = looked;
  if (seen.plan === 'first' || seen.plan === 'reseed') return NOTHING;
  const rules = rulesWatching(context.rules, folder.path, ['flagsChanged']);
  if (rules.length === 0 || uidCount(seen.changed) === 0) return NOTHING;
  const events = new Map<number, TriggerEvent>();
  for (const uid of uidsOf(withoutUids(seen.changed, heardOf(context, cursor, seen)))) {
    const event = turnedBetween(keywordsAt(before, uid), keywordsAt(seen.messages, uid));
    if (event !== undefined && rules.some(({ trigger, id }) => answersTo(trigger, id, event))) events.set(uid, event);
  }
  if (events.size === 0) return NOTHING;
  const [now, later] = firstOf(uidSet(events.keys()), room);
  if (uidCount(now) === 0) return { ...NOTHING, open: later };
  const eventOf = ({ uid }: MessageFacts): TriggerEvent => events.get(uid) ?? NO_EVENT;
  const asked = { rules, eventOf, trigger: `flagsChanged ${context.nowSeconds}` };
  const { decided, undecided, refused } = await applyWithinLimits(context, folder, placeOf(looked), now, asked);
  return { decided, open: unionUids(later, undecided), refused };
};

const placeOf = ({ folderId, folder, seen }: Looked): SeenFolder & { readonly path: string } => ({
  id: folderId,
  path: folder.path,
  uidValidity: seen.uidValidity,
  isThere: (uid) => keywordsAt(seen.messages, uid) !== undefined,
});

const NO_EVENT: TriggerEvent = { type: 'flagsChanged', added: [], removed: [] };

/** After a run that died, the mirror lacks flags that it had heard of; where nobody can say which, none is taken for news. */
const heardOf = (context: DecideContext, cursor: FolderCursor | undefined, seen: Observation): UidSet => {
  if (cursor === undefined) return seen.changed;
  const heard = context.heardBefore.get(cursor.id);
  if (heard !== undefined) return heard;
  return cursor.uidNext === 0 ? seen.changed : NO_UIDS;
};

const turnedBetween = (
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): TriggerEvent | undefined => {
  if (before === undefined || after === undefined) return undefined;
  const added = after.filter((keyword) => !before.includes(keyword));
  const removed = before.filter((keyword) => !after.includes(keyword));
  return added.length + removed.length === 0 ? undefined : { type: 'flagsChanged', added, removed };
};

const firstOf = (uids: UidSet, room: number): readonly [now: UidSet, later: UidSet] => {
  const now = uidSet([...uidsOf(uids)].slice(0, Math.max(room, 0)));
  return [now, withoutUids(uids, now)];
};

/** Asked about what a folder may bring: then it is looked at while the connection can still be used. */
export const mayDecide = (rules: RuleContext, path: string, mayArrive: boolean): boolean =>
  (mayArrive && rulesWatching(rules, path).length > 0) || rulesWatching(rules, path, ['flagsChanged']).length > 0;
