/**
 * From what was done to what puts it back: pure. Flags first, where the messages lie by now, then moves, each message straight
 * to where it was before the oldest of what is undone. What the owner did by hand since is not followed: it is theirs.
 */
import { NO_UIDS, type UidSet, uidCount, unionUids, withoutUids } from '../mail/uid-set.ts';
import { followMoves, type Place } from '../sync/follow-moves.ts';
import type { DoneState, EffectCommand, JournalPart } from '../sync/journal.ts';
import { knownMessages } from '../sync/known-messages.ts';
import type { RequestedChange } from '../sync/requested.ts';
import { effectOf } from './effects/table.ts';

export type RunPart = { readonly runId: string; readonly part: JournalPart };

/** A done effect that is to be undone; its command may be narrowed to some of the messages. */
export type Undone = {
  readonly runId: string;
  readonly n: number;
  readonly command: EffectCommand;
  readonly state: DoneState;
};

export type UndoPlan = {
  readonly changes: readonly RequestedChange[];
  /** Why some of it cannot be undone at all. */
  readonly impossible: readonly { readonly runId: string; readonly n: number; readonly reason: string }[];
};

/** Both lists oldest first; `history` reaches from the oldest of `undone` to now, as far as it is known. */
export const planUndo = (undone: readonly Undone[], history: readonly RunPart[]): UndoPlan => {
  const flags: RequestedChange[] = [];
  const others: RequestedChange[] = [];
  const impossible: UndoPlan['impossible'][number][] = [];
  const taken = new Map<string, UidSet>();
  const runOf = new Map(
    history.flatMap(({ runId, part }) => (part.kind === 'effect' ? [[part.command, runId] as const] : [])),
  );
  const knownAt = knownMessages(history.map(({ part }) => part));
  for (const one of undone) {
    const undo = effectOf(one.command).undo({ command: one.command, state: one.state });
    if ('impossible' in undo) {
      impossible.push({ runId: one.runId, n: one.n, reason: undo.impossible });
      continue;
    }
    for (const change of undo.changes) {
      if (change.kind === 'remove') {
        const path = 'path' in change.folder ? change.folder.path : one.command.source.path;
        // A copy has the EMAILID of what it was copied from: it would not be told from that.
        const { fingerprints } = knownAt({ path, ...change.folder, uids: change.uids });
        others.push({ ...change, ...(fingerprints === undefined ? {} : { fingerprints }) });
        continue;
      }
      if (change.kind !== 'change') {
        others.push(change);
        continue;
      }
      for (const place of currentPlaces(one, change, history, runOf)) {
        const here = { folder: { path: place.path, uidValidity: place.uidValidity } };
        if (change.mailbox === undefined) {
          // Of two that turned the same flag the later is undone first.
          flags.unshift({ ...change, ...here, uids: place.uids, ...knownAt(place) });
          continue;
        }
        const key = `${place.uidValidity} ${place.path}`;
        const uids = withoutUids(place.uids, taken.get(key) ?? NO_UIDS);
        if (uidCount(uids) === 0) continue;
        taken.set(key, unionUids(taken.get(key) ?? NO_UIDS, uids));
        others.push({ ...change, ...here, uids, ...knownAt({ ...place, uids }) });
      }
    }
  }
  return { changes: [...flags, ...others], impossible };
};

type Change = Extract<RequestedChange, { readonly kind: 'change' }>;

const currentPlaces = (
  one: Undone,
  change: Change,
  history: readonly RunPart[],
  runOf: ReadonlyMap<EffectCommand, string>,
): Place[] => {
  const path = 'path' in change.folder ? change.folder.path : one.command.source.path;
  const from = { path, uidValidity: change.folder.uidValidity, uids: change.uids };
  const at = history.findIndex(({ runId, part }) => runId === one.runId && part.n === one.n);
  return followMoves(
    from,
    history.slice(at + 1).map(({ part }) => part),
    // By hand in the same request is one thing with it; by hand later is the owner's last word.
    (command) => command.askedBy.every(({ by }) => by !== 'owner') || runOf.get(command) === one.runId,
  );
};

/** A part that can be undone at all: an effect that was carried out. */
export const asUndone = ({ runId, part }: RunPart): Undone | undefined =>
  part.kind === 'effect' && part.state.state === 'done'
    ? { runId, n: part.n, command: part.command, state: part.state }
    : undefined;
