/**
 * What a rule put off has come due. It is done if then the rule's conditions hold, or the message still lies where it was put; what
 * the person did meanwhile counts more.
 */
import { fetchFacts } from '../../imap/messages.ts';
import { LIMITS } from '../../limits.ts';
import { findFolder } from '../../mail/folder.ts';
import {
  formatUidSet,
  NO_UIDS,
  parseUidSet,
  type UidSet,
  uidCount,
  uidSet,
  uidsOf,
  unionUids,
  withoutUids,
} from '../../mail/uid-set.ts';
import { conditionsHold } from '../../rules/evaluate.ts';
import { needsOf } from '../../rules/needs.ts';
import { journalAfter } from '../../store/journal.ts';
import type { Timer } from '../../store/timers.ts';
import { followMoves, type Place } from '../../sync/follow-moves.ts';
import type { JournalPart, LaterCommand } from '../../sync/journal.ts';
import type { RequestedChange } from '../../sync/requested.ts';
import { isAsked } from '../apply-rules.ts';
import { applyWithinLimits } from '../blast-radius.ts';
import type { DecidedShare } from '../plan-run.ts';
import type { FinishedPart } from '../run-effects.ts';
import type { TimerContext, TimerKind, TimerWork } from './kind.ts';
import { placeOf, shareOf } from './share.ts';

type PutOff = Pick<LaterCommand, 'recheck' | 'attempt' | 'add' | 'remove' | 'to'> & {
  readonly runId: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly path: string;
  readonly uidValidity: number;
  readonly uids: string;
};

/** `done`: what the run has carried out by now, which says where the messages lie. */
export const latersFor = (runId: string, part: FinishedPart, done: readonly JournalPart[]): Timer[] => {
  const { command, state, n } = part;
  if (command.kind !== 'later' || state.state !== 'done') return [];
  const { source, at, recheck, attempt, mailbox, add, remove, to } = command;
  return command.askedBy.flatMap((asker, i) => {
    if (asker.by !== 'rule') return [];
    const places = followMoves({ path: source.path, uidValidity: source.uidValidity, uids: asker.uids }, done);
    // What could not be put there has nothing to come back from.
    const kept = recheck === 'place' ? places.filter(({ path }) => path === mailbox) : places;
    return kept.map(({ path, uidValidity, uids }, j): Timer => {
      const { ruleId, ruleName } = asker;
      const where = { path, uidValidity, uids: formatUidSet(uids) };
      const what: PutOff = {
        runId,
        ruleId,
        ruleName,
        recheck,
        add,
        remove,
        ...(attempt === undefined ? {} : { attempt }),
        ...(to === undefined ? {} : { to }),
        ...where,
      };
      return { kind: 'later', id: `${runId}-${n}.${i}.${j}`, dueAt: at, payload: { what: JSON.stringify(what) } };
    });
  });
};

export const laterTimer: TimerKind = async (context, { payload }) => {
  const what = JSON.parse(String(payload['what'])) as PutOff;
  const places = await placesNow(context, what);
  if (what.recheck === 'place') {
    const changes = places.map((place) => changeOf(context, what, place, place.uids));
    return { requested: [{ requester: requesterOf(what), changes }] };
  }
  return what.recheck === 'rule'
    ? await askAgain(context, what, places)
    : await whereConditionsHold(context, what, places);
};

/** Where the message lies in a mailbox of the rule: elsewhere the rule would not be asked. */
const askAgain = async (
  context: TimerContext,
  what: PutOff,
  places: readonly Place[],
): Promise<TimerWork | undefined> => {
  const rule = context.rules.rules.find(({ id }) => id === what.ruleId);
  if (rule === undefined || rule.mode !== 'live' || !isAsked(context.rules, rule)) return undefined;
  const { attempt = 1 } = what;
  const asked = {
    rules: [rule],
    eventOf: () => ({ type: 'manual', ruleId: rule.id }) as const,
    trigger: `again ${what.runId} ${attempt}`,
    attempt,
  };
  const decided: DecidedShare[] = [];
  for (const { path, uids } of places) {
    const cursor = context.books.cursorAt(path);
    const folder = context.folders.find((one) => one.path === path);
    if (cursor === undefined || folder === undefined) continue;
    const messages = await context.books.mirrors.read({ folderId: cursor.id, uidValidity: cursor.uidValidity });
    const applied = await applyWithinLimits(context, folder, placeOf(cursor, messages), uids, asked);
    decided.push(shareOf(cursor, applied.decided));
  }
  return { decided };
};

const requesterOf = ({ ruleId, ruleName }: PutOff) => ({ by: 'rule', ruleId, ruleName }) as const;

/** Our own moves since then are followed, as far as the journal goes; a person's are not. Folders keep their UIDVALIDITY when they are renamed. */
const placesNow = async ({ table, ref, books }: TimerContext, what: PutOff): Promise<Place[]> => {
  const { path, uidValidity } = what;
  const from = { path, uidValidity, uids: parseUidSet(what.uids) };
  const cursor = books.cursorAt(path);
  if (what.recheck === 'place') {
    if (cursor?.uidValidity === uidValidity) return [from];
    const renamed = books.cursors().filter((one) => one.uidValidity === uidValidity);
    return [{ ...from, path: renamed.length === 1 ? (renamed[0]?.path ?? path) : path }];
  }
  const { parts } = await journalAfter(table, ref, what.runId, LIMITS.sweepPagesMax);
  return followMoves(
    from,
    parts.map(({ part }) => part),
    ({ askedBy }) => askedBy.every(({ by }) => by === 'rule'),
  );
};

const changeOf = ({ folders }: TimerContext, what: PutOff, place: Place, uids: UidSet): RequestedChange => {
  const { add, remove, to } = what;
  const folder = { path: place.path, uidValidity: place.uidValidity };
  // A home that is gone must not keep the message where it waits.
  const home = to === undefined || findFolder(folders, { path: to })?.selectable === true ? to : 'INBOX';
  return { kind: 'change', folder, uids, add, remove, ...(home === undefined ? {} : { mailbox: home }) };
};

const whereConditionsHold = async (
  context: TimerContext,
  what: PutOff,
  places: readonly Place[],
): Promise<TimerWork | undefined> => {
  const { rules, session } = context;
  const rule = rules.rules.find(({ id }) => id === what.ruleId);
  if (rule === undefined || rule.mode !== 'live' || !isAsked(rules, rule)) return undefined;
  const holds = conditionsHold(rule, rules);
  const requested: RequestedChange[] = [];
  const notes: NonNullable<TimerWork['notes']>[number][] = [];
  for (const place of places) {
    const cursor = context.books.cursorAt(place.path);
    let held: UidSet = NO_UIDS;
    let read: UidSet = NO_UIDS;
    const all = [...uidsOf(place.uids)];
    for (let i = 0; i < all.length; i += LIMITS.fetchBatchMessages) {
      const some = uidSet(all.slice(i, i + LIMITS.fetchBatchMessages));
      const facts = (await fetchFacts(session, place, some, needsOf([rule]))) ?? [];
      read = unionUids(read, uidSet(facts.map(({ uid }) => uid)));
      held = unionUids(held, uidSet(facts.filter((one) => holds(one)).map(({ uid }) => uid)));
    }
    // Those that are not there any more are told by the change itself.
    const asked = unionUids(held, withoutUids(place.uids, read));
    if (uidCount(asked) > 0) requested.push(changeOf(context, what, place, asked));
    const left = withoutUids(read, held);
    if (uidCount(left) === 0 || cursor === undefined) continue;
    const source = { folderId: cursor.id, path: place.path, uidValidity: place.uidValidity };
    const detail = 'what was put off is not done: the rule’s conditions hold no more';
    notes.push({ source, uids: left, ruleId: rule.id, reason: 'no-longer-so', detail });
  }
  return { requested: [{ requester: requesterOf(what), changes: requested }], notes };
};
