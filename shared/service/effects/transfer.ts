/**
 * Copies and moves. COPYUID proves them; where the answer was lost or the server gives none, our messages are found in the
 * target by what stays the same of them. A move leaves the source, a copy must not be made twice: so a copy is looked for
 * before it is sent again.
 */
import { MailyardError } from '../../errors.ts';
import { copyMessages, moveMessages, presentUids } from '../../imap/effects.ts';
import { arrivedSince } from '../../imap/lookup.ts';
import { hasUid, NO_UIDS, type UidSet, uidCount, uidSet, uidsOf, withoutUids } from '../../mail/uid-set.ts';
import { type Evidence, mappedPairs, mappingOf, type Target, type TransferCommand } from '../../sync/journal.ts';
import type { Attempt, EffectRun, Outcome } from './kind.ts';
import { openSource } from './source.ts';
import { prepareTarget } from './target.ts';

type Pairs = readonly (readonly [from: number, to: number])[];
type Found = { readonly pairs: Pairs; readonly uidValidity?: number };

const NOTHING: Found = { pairs: [] };

export const runTransfer = async (run: EffectRun, attempt: Attempt<TransferCommand>): Promise<Outcome> => {
  const { command } = attempt;
  const sentBefore = attempt.sentBefore?.target;
  const { session } = run;
  if (command.kind === 'move' && !session.move) return skipped(run, attempt, 'server-lacks-move');
  const { found, left } =
    sentBefore === undefined ? { found: NOTHING, left: command.uids } : await takeStock(run, command, sentBefore);
  if (uidCount(left) === 0) {
    return found.pairs.length > 0 && sentBefore !== undefined
      ? done(run, attempt, sentBefore, found, 'fingerprint')
      : skipped(run, attempt, 'message-gone');
  }
  const target = sentBefore ?? (await prepareTarget(session, command.target));
  if (typeof target === 'string') return skipped(run, attempt, target);
  const trouble = await openSource(session, command.source);
  if (trouble !== undefined) return skipped(run, attempt, trouble);
  await attempt.markSent(target);

  const send = command.kind === 'move' ? moveMessages : copyMessages;
  const { copied, refused } = await send(session, left, target.path);
  if (refused) throw new MailyardError('imap.refused', `the server refused to ${command.kind} into the target folder`);
  if (copied !== undefined) {
    const pairs = [...found.pairs, ...mappedPairs(copied.mapping)];
    return done(run, attempt, target, { pairs, uidValidity: copied.uidValidity }, 'copyuid');
  }
  // No COPYUID: the server has no UIDPLUS, or nothing was there to be sent.
  const looked = await findInTarget(run, command, target, left);
  const pairs = [...found.pairs, ...looked.pairs];
  if (pairs.length === 0) return skipped(run, attempt, 'message-gone');
  return done(run, attempt, target, { ...looked, pairs }, 'fingerprint');
};

/** What an earlier attempt achieved, and which UIDs are still to be sent. */
const takeStock = async (
  run: EffectRun,
  command: TransferCommand,
  sentBefore: Target,
): Promise<{ readonly found: Found; readonly left: UidSet }> => {
  const trouble = await openSource(run.session, command.source);
  const present = trouble === undefined ? await presentUids(run.session, command.uids) : NO_UIDS;
  // A moved message is no longer in the source, so what is there was not moved; a copied one still is.
  const sent = command.kind === 'move' ? withoutUids(command.uids, present) : command.uids;
  const found = uidCount(sent) === 0 ? NOTHING : await findInTarget(run, command, sentBefore, sent);
  return { found, left: withoutUids(present, uidSet(found.pairs.map(([from]) => from))) };
};

/** Pairs the wanted UIDs with what arrived in the target since, each arrival used once. */
const findInTarget = async (
  run: EffectRun,
  command: TransferCommand,
  target: Target,
  wanted: UidSet,
): Promise<Found> => {
  const arrived = await arrivedSince(run.session, target);
  if (arrived === undefined) return NOTHING;
  const byFingerprint = new Map<string, number[]>();
  for (const { uid, fingerprint } of arrived.messages) {
    byFingerprint.set(fingerprint, [...(byFingerprint.get(fingerprint) ?? []), uid]);
  }
  const pairs: [number, number][] = [];
  for (const [i, uid] of [...uidsOf(command.uids)].entries()) {
    const to = hasUid(wanted, uid) ? byFingerprint.get(command.fingerprints[i] ?? '')?.shift() : undefined;
    if (to !== undefined) pairs.push([uid, to]);
  }
  return { pairs, uidValidity: arrived.uidValidity };
};

const done = (
  run: EffectRun,
  { command, attempt }: Attempt<TransferCommand>,
  target: Target,
  found: Found,
  by: Evidence['by'],
): Outcome => {
  const proved = uidSet(found.pairs.map(([from]) => from));
  const missed = withoutUids(command.uids, proved);
  return {
    state: 'done',
    attempt,
    ...(command.kind === 'copy' ? { target } : {}),
    evidence: {
      by,
      mapping: mappingOf(found.pairs),
      ...(found.uidValidity === undefined ? {} : { targetUidValidity: found.uidValidity }),
    },
    ...(uidCount(missed) === 0 ? {} : { skipped: { uids: missed, reason: 'message-gone' } }),
    at: run.now(),
  };
};

const skipped = (
  run: EffectRun,
  { attempt }: Attempt<TransferCommand>,
  reason: Extract<Outcome, { state: 'skipped' }>['reason'],
): Outcome => ({ state: 'skipped', attempt, reason, at: run.now() });
