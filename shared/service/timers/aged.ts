/** A message has been as it is for as long as a rule waits: the rule is asked about it, once. */
import { type UidSet, uidSet, uidsOf, withoutUids } from '../../mail/uid-set.ts';
import { agedRules } from '../ages-book.ts';
import { applyWithinLimits } from '../blast-radius.ts';
import type { TimerKind } from './kind.ts';
import { placeOf, shareOf } from './share.ts';

export const agedTimer: TimerKind = async (context, { payload }) => {
  const { books, folders, rules, ages, session } = context;
  const { folderId, uidValidity, ruleId } = payload;
  const cursor = books.cursors().find(({ id }) => id === folderId);
  const folder = folders.find(({ path }) => path === cursor?.path);
  if (cursor === undefined || folder === undefined || cursor.uidValidity !== uidValidity) return undefined;
  const rule = agedRules(rules, cursor.path).find(({ id }) => id === ruleId);
  if (rule === undefined) return undefined;
  const place = { folderId: cursor.id, uidValidity };
  const messages = await books.mirrors.read(place);
  // A rule that is new here has seen nothing of the folder yet.
  await ages.look(place, cursor.path, messages, messages);
  const { uids } = await ages.due(place, rule, messages);
  const now: UidSet = uidSet([...uidsOf(uids)].slice(0, context.room));
  if (now.length === 0) {
    await ages.asked(place, rule.id, now);
    return undefined;
  }
  const asked = {
    rules: [rule],
    eventOf: () => ({ type: 'aged', ruleId: rule.id }) as const,
    trigger: `aged ${context.nowSeconds}`,
  };
  const { decided, undecided } = await applyWithinLimits(
    { ...context, session },
    folder,
    placeOf(cursor, messages),
    now,
    asked,
  );
  const done = withoutUids(now, undecided);
  await ages.asked(place, rule.id, done);
  const share = shareOf(cursor, decided);
  return { decided: [share], asked: { source: share.source, ruleId: rule.id, uids: done } };
};
