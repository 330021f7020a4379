/**
 * What the person did by hand wins: a message that a rule moved away and somebody moved back is no arrival to the rules, though
 * it has a new UID. Our own journal tells it by its fingerprint.
 */
import { LIMITS } from '../limits.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import { hasUid, uidsOf } from '../mail/uid-set.ts';
import type { AccountRef } from '../store/head.ts';
import { pageOfJournal } from '../store/journal.ts';
import type { Table } from '../store/table.ts';
import type { JournalPart } from '../sync/journal.ts';
import type { Decided } from './apply-rules.ts';

/**
 * The same messages; those that were moved out of this folder before are decided to be left alone. Reads the journal back to
 * the oldest of the messages in question, and only when a rule would act.
 */
export const respectMovedBack = async (
  table: Table,
  ref: AccountRef,
  path: string,
  decided: readonly Decided[],
): Promise<Decided[]> => {
  const acting = decided.filter(({ decision }) => decision.effects.length > 0);
  if (acting.length === 0) return [...decided];
  const oldest = Math.min(...acting.map(({ facts }) => facts.receivedAt));
  const moved = await movedOutSince(table, ref, path, oldest);
  if (moved.size === 0) return [...decided];
  return decided.map((one) => {
    if (one.decision.effects.length === 0 || !moved.has(fingerprintOf(one.facts))) return one;
    return { ...one, decision: { ...one.decision, effects: [], problems: [] } };
  });
};

const movedOutSince = async (table: Table, ref: AccountRef, path: string, since: number): Promise<Set<string>> => {
  const fingerprints = new Set<string>();
  let after: string | undefined;
  for (let page = 0; page < LIMITS.movedBackPagesMax; page += 1) {
    const { parts, next } = await pageOfJournal(table, ref, { limit: 200, ...(after === undefined ? {} : { after }) });
    for (const { part } of parts) for (const fingerprint of movedOut(part, path)) fingerprints.add(fingerprint);
    // Newest first: what was moved before the message came into being was another.
    if (next === undefined || (parts.at(-1)?.at ?? 0) < since) break;
    after = next;
  }
  return fingerprints;
};

/** Fingerprints of what this part is proved to have moved out of the folder. */
const movedOut = (part: JournalPart, path: string): string[] => {
  if (part.kind !== 'effect' || part.state.state !== 'done') return [];
  const { command, state } = part;
  if (command.kind !== 'move' || command.source.path !== path) return [];
  const skipped = state.skipped?.uids ?? [];
  return [...uidsOf(command.uids)].flatMap((uid, i) => (hasUid(skipped, uid) ? [] : [command.fingerprints[i] ?? '']));
};
