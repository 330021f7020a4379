/**
 * Rules that are applied to mail that is there, a slice a run: the messages that were confirmed are read again, put to the rules
 * again, and what is decided goes the way of all effects. The timer stays due until the last slice is in a journal.
 */
import { LIMITS } from '../../limits.ts';
import { NO_UIDS, type UidSet, uidCount, unionUids } from '../../mail/uid-set.ts';
import { endApplication, readApplication, readPieces } from '../../store/applications.ts';
import type { FolderCursor } from '../../sync/cursor.ts';
import { applyRules, type Decided } from '../apply-rules.ts';
import { askedByHand, asManual } from '../find-applicable.ts';
import type { DecidedShare } from '../plan-run.ts';
import type { TimerKind } from './kind.ts';

const PIECES_READ = 200;

export const applyTimer: TimerKind = async (context, timer) => {
  const { table, ref, session, rules: ruleContext, books } = context;
  const id = String(timer.payload['id']);
  const application = await readApplication(table, ref, id);
  if (application?.state !== 'running') return undefined;
  const named = application.rules.flatMap(({ id: ruleId, revision }) => {
    const rule = ruleContext.rules.find((one) => one.id === ruleId);
    return rule === undefined || rule.revision !== revision ? [] : [rule];
  });
  if (named.length < application.rules.length) {
    const reason = 'a rule was changed or deleted since it was confirmed';
    await endApplication(table, ref, id, { state: 'stopped', reason, at: ruleContext.now });
    return undefined;
  }
  const rules = asManual(named, application.mailboxes);
  const pieces = await readPieces(table, ref, id, application.next, PIECES_READ);
  // One share a folder: what goes to the same target is one command, and the folder is read at once.
  const uidsOf = new Map<FolderCursor, UidSet>();
  let next = application.next;
  let taken = 0;
  for (const { folderId, uidValidity, uids } of pieces) {
    const count = uidCount(uids);
    if (taken > 0 && taken + count > LIMITS.applyMessagesPerRun) break;
    const cursor = books.cursors().find((one) => one.id === folderId);
    if (cursor?.uidValidity === uidValidity) uidsOf.set(cursor, unionUids(uidsOf.get(cursor) ?? NO_UIDS, uids));
    taken += count;
    next += 1;
  }
  const shares: DecidedShare[] = [];
  let refused = application.refused ?? 0;
  // A slice is small enough to be read whole; half of one would count as done.
  const unhurried = { ...ruleContext, isLate: () => false };
  for (const [cursor, uids] of uidsOf) {
    const place = { ...cursor, isThere: () => true };
    const applied = await applyRules(session, unhurried, place, uids, askedByHand(rules, `manual ${id}`));
    refused += applied.refused;
    const source = { folderId: cursor.id, path: cursor.path, uidValidity: cursor.uidValidity };
    shares.push({ source, cursor, decided: onlyActing(applied.decided) });
  }
  const processed = application.processed + taken;
  const isLast = next >= application.pieces;
  return { decided: shares, next: isLast ? [] : [timer], advance: { id, next, processed, refused, isLast } };
};

const onlyActing = (decided: readonly Decided[]): Decided[] =>
  decided.filter(({ decision }) => decision.effects.length + decision.problems.length > 0);
