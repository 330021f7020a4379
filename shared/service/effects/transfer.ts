/**
 * Copies and moves. COPYUID proves them; where the answer was lost or the server gives none, our messages are found in the
 * target by what stays the same of them. A move leaves the source, a copy must not be made twice: so a copy is looked for
 * before it is sent again.
 */
import { MailyardError } from '../../errors.ts';
import { copyMessages, moveMessages, presentUids } from '../../imap/effects.ts';
import { LIMITS } from '../../limits.ts';
import { NO_UIDS, type UidSet, uidCount, uidSet, withoutUids } from '../../mail/uid-set.ts';
import {
  type DoneState,
  type Evidence,
  mappedPairs,
  mappingOf,
  type SkipReason,
  type Target,
  type TransferCommand,
} from '../../sync/journal.ts';
import type { Attempt, EffectRun, Outcome } from './kind.ts';
import { openSource } from './source.ts';
import { prepareTarget } from './target.ts';
import { type Found, findInTarget, NOTHING } from './twins.ts';

export const runTransfer = async (run: EffectRun, attempt: Attempt<TransferCommand>): Promise<Outcome> => {
  const { command } = attempt;
  const sentBefore = attempt.sentBefore?.target;
  const { session } = run;
  const stock = sentBefore === undefined ? fresh(command) : await takeStock(run, command, { target: sentBefore });
  if (typeof stock === 'string') return withoutTarget(run, attempt, stock);
  const { found, left } = stock;
  if (isUnclear(attempt, stock) && found.pairs.length === 0) return unclear(run, attempt);
  if (uidCount(left) === 0 || isUnclear(attempt, stock)) {
    const missed = uidCount(left) === 0 ? whyGone(command, found) : 'message-changed';
    return found.pairs.length > 0 && sentBefore !== undefined
      ? done(run, attempt, { target: sentBefore, found, by: 'fingerprint', missed })
      : skipped(run, attempt, stock.trouble ?? missed);
  }
  const target = sentBefore ?? (await prepareTarget(session, command.target));
  if (typeof target === 'string') return skipped(run, attempt, target);
  const trouble = await openSource(session, command.source);
  if (trouble !== undefined) return skipped(run, attempt, trouble);
  await attempt.markSent(target);

  const send = command.kind === 'move' ? moveMessages : copyMessages;
  const { copied, refused } = await send(session, left, target.path);
  if (refused) return await refusal(run, attempt, target);
  if (copied !== undefined) {
    const pairs = [...found.pairs, ...mappedPairs(copied.mapping)];
    const all = { target, found: { ...found, pairs, uidValidity: copied.uidValidity }, by: 'copyuid' } as const;
    return done(run, attempt, { ...all, missed: await whyMissed(run, attempt, all.found) });
  }
  // No COPYUID: the server has no UIDPLUS, or nothing was there to be sent.
  const looked = await findInTarget(run, command, target, left);
  if (typeof looked === 'string') return withoutTarget(run, attempt, looked);
  const pairs = [...found.pairs, ...looked.pairs];
  if (pairs.length === 0) {
    const why = await whyMissed(run, attempt, looked);
    // The server says that it copied them, and they lie where they lay: somebody was quicker in the target.
    const isCopied = command.kind === 'copy' && why === 'server-refused' && looked.someGone === true;
    return isCopied ? unclear(run, attempt) : skipped(run, attempt, why);
  }
  const all = { target, found: { ...looked, pairs }, by: 'fingerprint' } as const;
  return done(run, attempt, { ...all, missed: await whyMissed(run, attempt, all.found) });
};

export type SentBefore = { readonly target: Target; readonly byCopy?: boolean };

export type Stock = {
  readonly found: Found;
  readonly left: UidSet;
  readonly trouble?: SkipReason;
  /** What is left may have been copied all the same: somebody took messages out of the target since. */
  readonly isUnclear?: boolean;
};

/**
 * COPY takes all or none (RFC 9051 section 6.4.7). So where some are found, the others were there, too; where none is, nobody
 * can tell. Neither is sent again.
 */
export const isUnclear = ({ sentBefore }: Attempt<TransferCommand>, stock: Stock): boolean =>
  stock.isUnclear === true && sentBefore !== undefined && sentBefore.sentAt !== 0;

const fresh = ({ uids }: TransferCommand): Stock => ({ found: NOTHING, left: uids });

/** What an earlier attempt achieved, and which UIDs are still to be sent. */
export const takeStock = async (
  run: EffectRun,
  command: TransferCommand,
  { target, byCopy }: SentBefore,
): Promise<Stock | 'missing' | 'made-anew'> => {
  const { session } = run;
  const trouble = await openSource(session, command.source);
  const present = trouble === undefined ? await presentUids(session, command.uids) : NO_UIDS;
  // A moved message is no longer in the source, so what is there was not moved; a copied one still is.
  const gone = command.kind === 'move' && session.move && byCopy !== true;
  const sent = gone ? withoutUids(command.uids, present) : command.uids;
  const found = uidCount(sent) === 0 ? NOTHING : await findInTarget(run, command, target, sent);
  // What is still in the source can be moved elsewhere or not at all, but is not lost.
  if (typeof found === 'string') return uidCount(present) > 0 && gone ? { found: NOTHING, left: present } : found;
  const left = withoutUids(present, uidSet(found.pairs.map(([from]) => from)));
  const isUnclear = !gone && found.someGone === true && uidCount(left) > 0;
  return { found, left, isUnclear, ...(trouble === undefined ? {} : { trouble }) };
};

/** RFC 6851 section 3.3: of a set some may have been moved. The last attempt says which, so that they are known for ours. */
const refusal = async (run: EffectRun, attempt: Attempt<TransferCommand>, target: Target): Promise<Outcome> => {
  const { command } = attempt;
  if (attempt.attempt >= LIMITS.effectAttemptsMax) {
    const stock = await takeStock(run, command, { target });
    if (typeof stock !== 'string' && stock.found.pairs.length > 0) {
      return done(run, attempt, { target, found: stock.found, by: 'fingerprint', missed: 'server-refused' });
    }
  }
  throw new MailyardError('imap.refused', `the server refused to ${command.kind} into the target folder`);
};

/** Of those that the server did not say it did: they are gone, or it left them where they are. */
const whyMissed = async (
  { session }: EffectRun,
  { command }: Attempt<TransferCommand>,
  found: Found,
): Promise<SkipReason> => {
  const missed = withoutUids(command.uids, uidSet(found.pairs.map(([from]) => from)));
  if (uidCount(missed) === 0) return 'message-gone';
  if ((await openSource(session, command.source)) !== undefined) return 'message-gone';
  return uidCount(await presentUids(session, missed)) > 0 ? 'server-refused' : whyGone(command, found);
};

/** Neither in the source nor in the target, out of which somebody took something: it was moved there, and is theirs by now. */
export const whyGone = ({ kind }: TransferCommand, { someGone }: Found): SkipReason =>
  kind === 'move' && someGone === true ? 'message-changed' : 'message-gone';

/** An earlier attempt may have reached a target that is no more. */
export const withoutTarget = (
  run: EffectRun,
  attempt: Attempt<TransferCommand>,
  why: 'missing' | 'made-anew',
): Outcome =>
  why === 'missing'
    ? skipped(run, attempt, 'mailbox-missing')
    : {
        state: 'parked',
        attempt: attempt.attempt,
        reason: 'the target folder was made anew, and nobody can say whether the messages were in it',
        at: run.now(),
      };

/** Sent and not found, where somebody took messages away: sent again it might be there twice. */
export const unclear = (run: EffectRun, { attempt }: Attempt<TransferCommand>): Outcome => ({
  state: 'parked',
  attempt,
  reason: 'messages were taken out of the target folder, and nobody can say whether the copies were among them',
  at: run.now(),
});

export const done = (
  run: EffectRun,
  { command, attempt, sentBefore }: Attempt<TransferCommand>,
  {
    target,
    found,
    by,
    missed: reason = 'message-gone',
    onlyMarked = false,
  }: {
    readonly target: Target;
    readonly found: Found;
    readonly by: Evidence['by'];
    readonly missed?: SkipReason;
    readonly onlyMarked?: boolean;
  },
): DoneState => {
  const missed = withoutUids(command.uids, uidSet(found.pairs.map(([from]) => from)));
  return {
    state: 'done',
    attempt,
    ...(command.kind === 'move' && run.session.move && sentBefore?.byCopy !== true ? {} : { target }),
    evidence: {
      by,
      mapping: mappingOf(found.pairs),
      ...(found.uidValidity === undefined ? {} : { targetUidValidity: found.uidValidity }),
      ...(onlyMarked ? { onlyMarked } : {}),
    },
    ...(uidCount(missed) === 0 ? {} : { skipped: { uids: missed, reason } }),
    at: run.now(),
  };
};

export const skipped = (run: EffectRun, { attempt }: Attempt<TransferCommand>, reason: SkipReason): Outcome => ({
  state: 'skipped',
  attempt,
  reason,
  at: run.now(),
});
