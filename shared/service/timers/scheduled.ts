/**
 * The time of a schedule has come: the rule is asked about all mail in its mailboxes, in the order of folders and UIDs, as much as one
 * run may decide; what is left goes on in the next run, as of the time that came.
 */
import { createHash } from 'node:crypto';
import { type UidSet, uidCount, uidSet, uidsOf, withoutUids } from '../../mail/uid-set.ts';
import { couldMatch } from '../../rules/could-match.ts';
import { nextCronTime } from '../../rules/cron.ts';
import { refersTo } from '../../rules/mailbox-ref.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Timer } from '../../store/timers.ts';
import type { MessageList } from '../../sync/message-list.ts';
import { isAsked } from '../apply-rules.ts';
import { applyWithinLimits } from '../blast-radius.ts';
import type { DecidedShare } from '../plan-run.ts';
import type { TimerContext, TimerKind } from './kind.ts';
import { placeOf, shareOf } from './share.ts';

type ScheduledRule = Rule & { readonly trigger: Extract<Rule['trigger'], { type: 'scheduled' }> };

export const isScheduled = (rule: Rule): rule is ScheduledRule => rule.trigger.type === 'scheduled';

/** The next time of a schedule; another schedule is another timer, and the former one's comes to nothing. */
export const nextTimer = (rule: ScheduledRule, accountZone: string, nowSeconds: number): Timer | undefined => {
  const { cron, timeZone = accountZone } = rule.trigger;
  const at = nextCronTime(cron, timeZone, nowSeconds * 1_000);
  if (at === undefined) return undefined;
  const schedule = createHash('sha256')
    .update(JSON.stringify([cron, timeZone]))
    .digest('base64url')
    .slice(0, 8);
  const payload = { ruleId: rule.id, schedule };
  return { kind: 'scheduled', id: `${rule.id}.${schedule}`, dueAt: Math.floor(at / 1_000), payload };
};

export const scheduledTimer: TimerKind = async (context, timer) => {
  const { rules, nowSeconds } = context;
  const { ruleId, schedule, folderId, afterUid = 0, at = timer.dueAt } = timer.payload;
  const rule = rules.rules.find((one): one is ScheduledRule => one.id === ruleId && isScheduled(one));
  if (rule === undefined || rule.mode !== 'live') return undefined;
  const upcoming = nextTimer(rule, rules.timeZone, nowSeconds);
  if (upcoming?.payload['schedule'] !== schedule) return undefined;
  const isFirst = folderId === undefined;
  // A paused rule keeps its schedule, so that it goes on by itself once it is resumed.
  const next = isFirst && upcoming !== undefined ? [upcoming] : [];
  if (!isAsked(rules, rule)) return { next };
  const decided: DecidedShare[] = [];
  let { room } = context;
  let isBehind = !isFirst;
  for (const folder of context.folders) {
    const cursor = context.books.cursorAt(folder.path);
    if (cursor === undefined || !rule.mailboxes.some((ref) => refersTo(ref, folder.path, context.folders))) continue;
    const goesOnHere = cursor.id === folderId;
    if (isBehind && !goesOnHere) continue;
    isBehind = false;
    const messages = await context.books.mirrors.read({ folderId: cursor.id, uidValidity: cursor.uidValidity });
    const wanted = candidates(rule, messages, goesOnHere ? Number(afterUid) : 0);
    const now = uidSet([...uidsOf(wanted)].slice(0, room));
    room -= uidCount(now);
    const asked = {
      rules: [rule],
      eventOf: () => ({ type: 'scheduled', ruleId: rule.id }) as const,
      trigger: `scheduled ${at}`,
    };
    const limited = { ...context, rules: { ...rules, now: Number(at) * 1_000 } };
    const { decided: some } =
      now.length === 0
        ? { decided: [] }
        : await applyWithinLimits(limited, folder, placeOf(cursor, messages), now, asked);
    if (some.length > 0) decided.push(shareOf(cursor, some));
    if (uidCount(withoutUids(wanted, now)) > 0 || rules.isLate()) {
      const last = some.at(-1)?.facts.uid ?? Number(goesOnHere ? afterUid : 0);
      return {
        decided,
        next: [...next, goOn(timer, { at: Number(at), folderId: cursor.id, afterUid: last }, context)],
      };
    }
  }
  return { decided, next };
};

/** What is mirrored of a message may already tell that the rule cannot match. */
const candidates = (rule: Rule, messages: MessageList, afterUid: number): UidSet => {
  const could = messages.combinations.map((keywords) => couldMatch(rule, new Set(keywords)));
  return uidSet(
    [...messages.uids].filter((uid, i) => uid > afterUid && could[messages.combinationOf[i] as number] === true),
  );
};

const goOn = (
  { id, payload }: Timer,
  from: { readonly at: number; readonly folderId: string; readonly afterUid: number },
  { nowSeconds }: TimerContext,
): Timer => ({
  kind: 'scheduled',
  id: id.endsWith('.more') ? id : `${id}.more`,
  dueAt: nowSeconds + 1,
  payload: { ...payload, ...from },
});
