/** What our own record knows messages by: copies and moves carry a fingerprint of each, wherever it went. */
import { uidsOf } from '../mail/uid-set.ts';
import type { Place } from './follow-moves.ts';
import { type Evidence, type JournalPart, mappedPairs } from './journal.ts';

/** Of a place the fingerprints of its messages, one per UID in order; nothing where one of them is not known. */
export const fingerprintsIn = (
  history: Iterable<JournalPart>,
): ((place: Place) => { readonly fingerprints?: readonly string[] }) => {
  const known = new Map<string, string>();
  const keyOf = (path: string, uidValidity: number, uid: number): string => `${uidValidity} ${uid} ${path}`;
  for (const part of history) {
    if (part.kind !== 'effect' || (part.command.kind !== 'move' && part.command.kind !== 'copy')) continue;
    const { source, target, uids, fingerprints } = part.command;
    const evidence: Partial<Evidence> = part.state.state === 'done' ? part.state.evidence : {};
    const to = new Map(mappedPairs(evidence.mapping ?? []));
    for (const [i, uid] of [...uidsOf(uids)].entries()) {
      const fingerprint = fingerprints[i];
      const there = to.get(uid);
      if (fingerprint === undefined) continue;
      known.set(keyOf(source.path, source.uidValidity, uid), fingerprint);
      if (there === undefined || evidence.targetUidValidity === undefined) continue;
      known.set(keyOf(target.path, evidence.targetUidValidity, there), fingerprint);
    }
  }
  return ({ path, uidValidity, uids }) => {
    const all = [...uidsOf(uids)].map((uid) => known.get(keyOf(path, uidValidity, uid)));
    return all.every((one) => one !== undefined) ? { fingerprints: all } : {};
  };
};
