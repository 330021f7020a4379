/** A move beside others: the target's numbers and the move itself are asked for without waiting for the others' answers. */
import { MailyardError } from '../../errors.ts';
import { intersectUids, uidCount, uidSet } from '../../mail/uid-set.ts';
import { mappedPairs, type TransferCommand } from '../../sync/journal.ts';
import type { Attempt, Outcome, PipedRun } from './kind.ts';
import { done } from './transfer.ts';

export const movePiped = async (run: PipedRun, attempt: Attempt<TransferCommand>): Promise<Outcome | undefined> => {
  const { folder, turn } = run;
  const { command } = attempt;
  const [status, isMine] = await Promise.all([folder.status(command.target.path), turn()]);
  if (status === undefined || !isMine) return undefined;
  const { uidValidity, uidNext } = status;
  const target = { ...command.target, uidValidity, uidNext };
  await attempt.markSent(target);
  const { copied, refused } = await folder.move(command.uids, target.path);
  if (refused) throw new MailyardError('imap.refused', 'the server refused to move into the target folder');
  const pairs = [...mappedPairs(copied?.mapping ?? [])];
  const moved = intersectUids(uidSet(pairs.map(([from]) => from)), command.uids);
  // Where it is not proved of each, the source and the target tell.
  if (copied === undefined || pairs.length !== uidCount(moved) || uidCount(moved) < uidCount(command.uids)) {
    return undefined;
  }
  return done(run, attempt, { target, found: { pairs, uidValidity: copied.uidValidity }, by: 'copyuid' });
};
