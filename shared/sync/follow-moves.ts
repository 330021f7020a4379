/** Where messages lie by now, as far as our own record tells: COPYUID by COPYUID, from one move to the next. */
import { intersectUids, type UidSet, uidCount, uidSet, uidsOf, withoutUids } from '../mail/uid-set.ts';
import { type EffectCommand, type JournalPart, mappedPairs } from './journal.ts';

/** Messages of one folder, under one UIDVALIDITY. */
export type Place = { readonly path: string; readonly uidValidity: number; readonly uids: UidSet };

/** `later` in the order in which it was done; only moves for which `counts` holds are followed. */
export const followMoves = (
  from: Place,
  later: Iterable<JournalPart>,
  counts: (command: EffectCommand) => boolean = () => true,
): Place[] => {
  let places: Place[] = [from];
  for (const part of later) {
    if (part.kind !== 'effect' || part.state.state !== 'done' || part.command.kind !== 'move') continue;
    if (!counts(part.command)) continue;
    const { source, target } = part.command;
    const { mapping = [], targetUidValidity } = part.state.evidence;
    if (targetUidValidity === undefined) continue;
    const to = new Map(mappedPairs(mapping));
    places = places.flatMap((place) => {
      if (place.path !== source.path || place.uidValidity !== source.uidValidity) return [place];
      const moved = intersectUids(place.uids, uidSet(to.keys()));
      if (uidCount(moved) === 0) return [place];
      const uids = uidSet([...uidsOf(moved)].flatMap((uid) => to.get(uid) ?? []));
      const stayed = { ...place, uids: withoutUids(place.uids, moved) };
      const there = { path: target.path, uidValidity: targetUidValidity, uids };
      return uidCount(stayed.uids) === 0 ? [there] : [stayed, there];
    });
  }
  return places;
};
