/**
 * Not all that is new in a folder has arrived. What the person did by hand wins: a message that a rule moved away and somebody
 * moved back is left alone, though it has a new UID. And what our own effects brought here is no arrival either, also where
 * its folder had no mirror yet or goes by another name. Our own journal tells both.
 */
import { LIMITS } from '../limits.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import { hasUid, uidsOf } from '../mail/uid-set.ts';
import type { AccountRef } from '../store/head.ts';
import { pageOfJournal } from '../store/journal.ts';
import type { Table } from '../store/table.ts';
import { type JournalPart, mappedPairs } from '../sync/journal.ts';
import type { Decided } from './apply-rules.ts';

type Place = { readonly path: string; readonly uidValidity: number };

/**
 * The same messages; those that were moved out of this folder before, or brought here by us, are decided to be left alone.
 * Reads the journal back to the oldest of the messages in question, and only when a rule would act.
 */
export const respectMovedBack = async (
  table: Table,
  ref: AccountRef,
  place: Place,
  decided: readonly Decided[],
): Promise<Decided[]> => {
  const acting = decided.filter(({ decision }) => decision.effects.length > 0);
  if (acting.length === 0) return [...decided];
  const oldest = Math.min(...acting.map(({ facts }) => facts.receivedAt));
  const known = await knownSince(table, ref, place, oldest);
  if (known.size === 0) return [...decided];
  return decided.map((one) => {
    const { uid } = one.facts;
    const fingerprint = fingerprintOf(one.facts);
    const isKnown = [fingerprint, `${uid}`, `${uid} ${fingerprint}`].some((mark) => known.has(mark));
    if (one.decision.effects.length === 0 || !isKnown) return one;
    return { ...one, decision: { ...one.decision, effects: [], problems: [] } };
  });
};

/** Marks of the messages to be left alone: a fingerprint, a UID, or both. */
const knownSince = async (table: Table, ref: AccountRef, place: Place, since: number): Promise<Set<string>> => {
  const marks = new Set<string>();
  let after: string | undefined;
  for (let page = 0; page < LIMITS.movedBackPagesMax; page += 1) {
    const { parts, next } = await pageOfJournal(table, ref, { limit: 200, ...(after === undefined ? {} : { after }) });
    for (const { part } of parts) {
      for (const mark of [...movedOut(part, place.path), ...broughtIn(part, place)]) marks.add(mark);
    }
    // Newest first: what was moved before the message came into being was another.
    if (next === undefined || (parts.at(-1)?.at ?? 0) < since) break;
    after = next;
  }
  return marks;
};

/** Fingerprints of what this part is proved to have moved out of the folder. */
const movedOut = (part: JournalPart, path: string): string[] => {
  if (part.kind !== 'effect' || part.state.state !== 'done') return [];
  const { command, state } = part;
  if (command.kind !== 'move' || command.source.path !== path) return [];
  const skipped = state.skipped?.uids ?? [];
  return [...uidsOf(command.uids)].flatMap((uid, i) => (hasUid(skipped, uid) ? [] : [command.fingerprints[i] ?? '']));
};

/** UIDs of what this part is proved to have put into the folder; two folders may share a UIDVALIDITY, hence fingerprint or path. */
const broughtIn = (part: JournalPart, { path, uidValidity }: Place): string[] => {
  if (part.kind !== 'effect' || part.state.state !== 'done') return [];
  const { command } = part;
  if (command.kind !== 'draft' && command.kind !== 'copy' && command.kind !== 'move') return [];
  const { targetUidValidity, mapping = [] } = part.state.evidence;
  if (targetUidValidity !== uidValidity) return [];
  const pairs = [...mappedPairs(mapping)];
  if (command.kind === 'draft') return command.target.path === path ? pairs.map(([, to]) => `${to}`) : [];
  const fingerprints = new Map([...uidsOf(command.uids)].map((uid, i) => [uid, command.fingerprints[i] ?? '']));
  return pairs.map(([from, to]) => `${to} ${fingerprints.get(from) ?? ''}`);
};
