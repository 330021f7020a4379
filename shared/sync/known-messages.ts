/** What our own record knows messages by, wherever it put them: copies and moves carry a fingerprint of each, and moves more. */
import { type UidSet, uidSet, uidsOf, withoutUids } from '../mail/uid-set.ts';
import type { Place } from './follow-moves.ts';
import { type Evidence, type JournalPart, mappedPairs } from './journal.ts';
import type { MessagesRef } from './requested.ts';

/** Of messages in one place; what is not known of one of them is left out. */
export type KnownBy = Pick<MessagesRef, 'fingerprints' | 'emailMarks' | 'others'>;

type Known = { readonly fingerprint: string; readonly emailMark: string | undefined };

export const knownMessages = (history: Iterable<JournalPart>): ((place: Place) => KnownBy) => {
  const places = new Map<string, Map<number, Known>>();
  const at = (path: string, uidValidity: number): Map<number, Known> => {
    const key = `${uidValidity} ${path}`;
    const known = places.get(key) ?? new Map<number, Known>();
    places.set(key, known);
    return known;
  };
  for (const part of history) {
    if (part.kind !== 'effect' || (part.command.kind !== 'move' && part.command.kind !== 'copy')) continue;
    const { source, target, uids, fingerprints, emailMarks } = part.command;
    const evidence: Partial<Evidence> = part.state.state === 'done' ? part.state.evidence : {};
    const to = new Map(mappedPairs(evidence.mapping ?? []));
    for (const [i, uid] of [...uidsOf(uids)].entries()) {
      const fingerprint = fingerprints[i];
      const there = to.get(uid);
      if (fingerprint === undefined) continue;
      const here = at(source.path, source.uidValidity);
      // A copy takes nothing away from what is known of where it came from.
      const known = { fingerprint, emailMark: emailMarks?.[i] ?? here.get(uid)?.emailMark };
      here.set(uid, known);
      if (there === undefined || evidence.targetUidValidity === undefined) continue;
      at(target.path, evidence.targetUidValidity).set(there, known);
    }
  }
  return ({ path, uidValidity, uids }) => {
    const here = at(path, uidValidity);
    const all = [...uidsOf(uids)].map((uid) => here.get(uid));
    if (!all.every((one) => one !== undefined)) return {};
    const marks = all.flatMap(({ emailMark }) => emailMark ?? []);
    const others: UidSet = withoutUids(uidSet(here.keys()), uids);
    return {
      fingerprints: all.map(({ fingerprint }) => fingerprint),
      ...(marks.length === all.length ? { emailMarks: marks, others } : {}),
    };
  };
};
