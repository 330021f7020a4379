/**
 * The repair sweep. No protocol makes APPEND or COPY happen exactly once: bytes of a worker that was frozen may reach the
 * server after another looked for their effect. So the target is looked over again, and doubles are removed.
 */
import { LIMITS } from '../../limits.ts';
import { NO_UIDS, type UidSet, unionUids } from '../../mail/uid-set.ts';
import { journalAfter, readPart, readRun } from '../../store/journal.ts';
import type { Timer } from '../../store/timers.ts';
import { resultsOf } from '../../sync/journal.ts';
import { effectOf } from '../effects/table.ts';
import type { FinishedPart } from '../run-effects.ts';
import type { TimerContext, TimerKind } from './kind.ts';

/** The sweeps that a part is owed: whenever it may have reached the server more than once. */
export const sweepsFor = (runId: string, part: FinishedPart, tookOver: boolean, nowSeconds: number): Timer[] => {
  const { command, state, n } = part;
  if (state.state !== 'done' || state.target === undefined || effectOf(command).findDoubles === undefined) return [];
  if (state.attempt === 1 && !tookOver) return [];
  return [LIMITS.sweepSeconds, LIMITS.sweepAgainSeconds].map((seconds) => ({
    kind: 'sweep',
    id: `${runId}-${n}`,
    dueAt: nowSeconds + seconds,
    payload: { runId, n },
  }));
};

export const sweepTimer: TimerKind = async (context, { payload }) => {
  const { runId, n } = payload;
  if (typeof runId !== 'string' || typeof n !== 'number') return undefined;
  const part = (await readPart(context.table, context.ref, runId, n))?.part;
  if (part?.kind !== 'effect' || part.state.state !== 'done') return undefined;
  const { command, state } = part;
  const { session } = context;
  const provedSince = (path: string, uidValidity: number) => provedUidsSince(context, runId, path, uidValidity);
  const changes = await effectOf(command).findDoubles?.({ session, provedSince }, { command, state });
  if (changes === undefined || changes.length === 0) return undefined;
  return { requested: [{ requester: { by: 'repair', activityId: `${runId}-${n}` }, changes }] };
};

/** undefined when the journal is too long since: then nobody can say what is a double. */
const provedUidsSince = async (
  { table, ref }: Pick<TimerContext, 'table' | 'ref'>,
  runId: string,
  path: string,
  uidValidity: number,
): Promise<UidSet | undefined> => {
  const own = await readRun(table, ref, runId);
  const { parts, more } = await journalAfter(table, ref, runId, LIMITS.sweepPagesMax);
  if (more) return undefined;
  return [...own, ...parts].reduce((uids, { part }) => unionUids(uids, resultsOf(part, path, uidValidity)), NO_UIDS);
};
