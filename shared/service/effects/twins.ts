/** Finding messages again by what stays the same of them when they are copied or moved. */
import { arrivedSince } from '../../imap/lookup.ts';
import { hasUid, type UidSet, uidSet, uidsOf } from '../../mail/uid-set.ts';
import { mappedPairs, type Target, type TransferCommand } from '../../sync/journal.ts';
import type { RequestedChange } from '../../sync/requested.ts';
import type { DonePart, EffectRun, Sweep } from './kind.ts';
import { hasKeywords } from './remove.ts';

export type Pairs = readonly (readonly [from: number, to: number])[];
export type Found = {
  readonly pairs: Pairs;
  readonly uidValidity?: number;
  /** As in `Arrived`: one that is not found may have been there. */
  readonly someGone?: boolean;
};

export const NOTHING: Found = { pairs: [] };

/** Pairs the wanted UIDs with what arrived in the target since it was noted, each arrival used once. */
export const findInTarget = async (
  { session, provedIn }: Pick<EffectRun, 'session' | 'provedIn'>,
  command: TransferCommand,
  target: Target,
  wanted: UidSet,
): Promise<Found | 'missing' | 'made-anew'> => {
  const arrived = await arrivedSince(session, target);
  if (typeof arrived === 'string') return arrived;
  const others = provedIn(target.path, arrived.uidValidity);
  const byFingerprint = new Map<string, number[]>();
  for (const { uid, fingerprint } of arrived.messages) {
    if (hasUid(others, uid)) continue;
    byFingerprint.set(fingerprint, [...(byFingerprint.get(fingerprint) ?? []), uid]);
  }
  const pairs: [number, number][] = [];
  for (const [i, uid] of [...uidsOf(command.uids)].entries()) {
    const to = hasUid(wanted, uid) ? byFingerprint.get(command.fingerprints[i] ?? '')?.shift() : undefined;
    if (to !== undefined) pairs.push([uid, to]);
  }
  return { pairs, uidValidity: arrived.uidValidity, someGone: arrived.someGone };
};

/**
 * A copy carries no marker of ours. So a double is what came to the target since, is the same message as one we copied there
 * as far as can be told, is no result of another effect, and is more than one of its kind: of twins one always stays. No more
 * are taken for ours than times it was sent again.
 */
export const findTwins = async (
  sweep: Sweep,
  { command, state }: DonePart<TransferCommand>,
): Promise<RequestedChange[]> => {
  const { mapping = [], targetUidValidity } = state.evidence;
  const { target } = state;
  if (targetUidValidity === undefined || target === undefined) return [];
  const arrived = await arrivedSince(sweep.session, { ...target, uidValidity: targetUidValidity });
  const proved = await sweep.provedSince(target.path, targetUidValidity);
  if (typeof arrived === 'string' || proved === undefined) return [];
  const fingerprints = new Map([...uidsOf(command.uids)].map((uid, i) => [uid, command.fingerprints[i]]));
  const there = new Map(arrived.messages.map((message) => [message.uid, message]));
  const taken = new Set<number>();
  const byKeywords = new Map<string, { keywords: readonly string[]; uids: number[] }>();
  for (const [from, to] of mappedPairs(mapping)) {
    const kept = there.get(to);
    if (kept === undefined || kept.fingerprint !== fingerprints.get(from)) continue;
    // Where it was not written down which keywords the message had, its proved twin has to tell.
    const keywords = command.keywords ?? kept.keywords;
    const twins = arrived.messages.filter(
      ({ uid, fingerprint }) => fingerprint === kept.fingerprint && !hasUid(proved, uid) && !taken.has(uid),
    );
    for (const twin of twins.slice(0, Math.max(state.attempt - 1, 1))) {
      const { uid } = twin;
      taken.add(uid);
      if (!hasKeywords(twin, keywords)) continue;
      const group = byKeywords.get(keywords.join(' ')) ?? { keywords, uids: [] };
      byKeywords.set(keywords.join(' '), group);
      group.uids.push(uid);
    }
  }
  const folder = { path: target.path, uidValidity: targetUidValidity };
  return [...byKeywords.values()].map(({ keywords, uids }) => ({
    kind: 'remove',
    folder,
    uids: uidSet(uids),
    written: { keywords },
  }));
};
