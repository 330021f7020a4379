/**
 * A move on a server without MOVE: COPY, and only when the copies are proved and that is written down, \Deleted and UID EXPUNGE
 * of exactly those originals. Without UIDPLUS they stay, marked, and the owner is told: a plain EXPUNGE is never sent.
 */

import { MailyardError } from '../../errors.ts';
import { copyMessages, presentUids, removeMessages } from '../../imap/effects.ts';
import { describeMessages } from '../../imap/lookup.ts';
import { hasUid, type UidSet, uidCount, uidSet, uidsOf } from '../../mail/uid-set.ts';
import {
  type Copied,
  mappedPairs,
  mappingOf,
  type SkipReason,
  type Target,
  type TransferCommand,
} from '../../sync/journal.ts';
import type { Attempt, EffectRun, Outcome } from './kind.ts';
import { examineSource, openSource } from './source.ts';
import { prepareTarget } from './target.ts';
import { done, isUnclear, type Stock, skipped, takeStock, unclear, whyGone, withoutTarget } from './transfer.ts';
import { findInTarget, NOTHING, type Pairs } from './twins.ts';

export const moveByCopy = async (run: EffectRun, attempt: Attempt<TransferCommand>): Promise<Outcome> => {
  const known = attempt.sentBefore?.copied;
  const copies = known === undefined ? await copyAll(run, attempt) : await resume(run, attempt, known);
  if ('state' in copies) return copies;
  const { target, copied, missed } = copies;
  const pairs = [...mappedPairs(copied.mapping)];
  const originals = uidSet(pairs.map(([from]) => from));
  const trouble = await openSource(run.session, attempt.command.source);
  const left = trouble === undefined ? await expunge(run, attempt.command, originals) : [];
  // An original that the server will not let go of was copied, and is not moved: the copy is what is told of.
  const onlyMarked = uidCount(left) > 0;
  const found = { pairs, uidValidity: copied.uidValidity };
  return done(run, attempt, { target, found, by: copied.by, onlyMarked, ...(missed === undefined ? {} : { missed }) });
};

/** `missed`: what became of those whose copy is not there, where that is known. */
type Copies = { readonly target: Target; readonly copied: Copied; readonly missed?: SkipReason };

/** The first half. What an earlier attempt copied is found again, and not copied twice. */
const copyAll = async (run: EffectRun, attempt: Attempt<TransferCommand>): Promise<Copies | Outcome> => {
  const { session } = run;
  const { command } = attempt;
  const sentBefore = attempt.sentBefore?.target;
  const stock: Stock | 'missing' | 'made-anew' =
    sentBefore === undefined
      ? { found: NOTHING, left: command.uids }
      : await takeStock(run, command, { target: sentBefore, byCopy: true });
  if (typeof stock === 'string') return withoutTarget(run, attempt, stock);
  if (isUnclear(attempt, stock) && stock.found.pairs.length === 0) return unclear(run, attempt);
  const target = sentBefore ?? (await prepareTarget(session, command.target));
  if (typeof target === 'string') return skipped(run, attempt, target);
  let pairs: Pairs = stock.found.pairs;
  let uidValidity = stock.found.uidValidity;
  let by: Copied['by'] = 'fingerprint';
  if (uidCount(stock.left) > 0 && !isUnclear(attempt, stock)) {
    const trouble = await openSource(session, command.source);
    if (trouble !== undefined) return skipped(run, attempt, trouble);
    await attempt.markSent(target, { byCopy: true });
    const { copied, refused } = await copyMessages(session, stock.left, target.path);
    if (refused) throw new MailyardError('imap.refused', 'the server refused to copy into the target folder');
    if (copied === undefined) {
      const looked = await findInTarget(run, command, target, stock.left);
      if (typeof looked === 'string') return withoutTarget(run, attempt, looked);
      pairs = [...pairs, ...looked.pairs];
      if (pairs.length === 0 && looked.someGone === true) return unclear(run, attempt);
      uidValidity = looked.uidValidity ?? uidValidity;
    } else {
      pairs = [...pairs, ...mappedPairs(copied.mapping)];
      uidValidity = copied.uidValidity;
      by = 'copyuid';
    }
  }
  if (pairs.length === 0 || uidValidity === undefined) return skipped(run, attempt, whyGone(command, stock.found));
  const copied: Copied = { uidValidity, mapping: mappingOf(pairs), by };
  await attempt.markCopied(copied);
  return { target, copied, ...(isUnclear(attempt, stock) ? { missed: 'message-changed' } : {}) };
};

/** The copies were proved by a run that died. An original goes only where its copy still is; else somebody was there. */
const resume = async (run: EffectRun, attempt: Attempt<TransferCommand>, copied: Copied): Promise<Copies | Outcome> => {
  const { session } = run;
  const target = attempt.sentBefore?.target ?? attempt.command.target;
  const trouble = await examineSource(session, { path: target.path, uidValidity: copied.uidValidity });
  if (trouble !== undefined) return skipped(run, attempt, trouble);
  const all = [...mappedPairs(copied.mapping)];
  const there = await presentUids(session, uidSet(all.map(([, to]) => to)));
  const pairs = all.filter(([, to]) => hasUid(there, to));
  if (pairs.length === 0) return skipped(run, attempt, 'message-changed');
  return { target, copied: { ...copied, mapping: mappingOf(pairs) }, missed: 'message-changed' };
};

/** Each original is looked at once more: nothing goes but what was copied. Gives those that are still there. */
const expunge = async ({ session }: EffectRun, command: TransferCommand, originals: UidSet): Promise<UidSet> => {
  const fingerprints = new Map([...uidsOf(command.uids)].map((uid, i) => [uid, command.fingerprints[i]]));
  const there = await describeMessages(session, originals);
  const same = there.filter(({ uid, fingerprint }) => fingerprints.get(uid) === fingerprint);
  if (same.length === 0) return [];
  return await removeMessages(session, uidSet(same.map(({ uid }) => uid)));
};
