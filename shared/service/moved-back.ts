/**
 * Not all that is new in a folder has arrived. What the person did by hand wins: a message that a rule moved away and somebody
 * moved back is left alone, though it has a new UID. And what our own effects brought here is no arrival either, also where
 * its folder had no mirror yet or goes by another name. Our own journal tells both.
 */
import { presentUids } from '../imap/effects.ts';
import { selectFolder } from '../imap/selected.ts';
import type { MailSession } from '../imap/session.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import { hasUid, uidCount, uidSet, uidsOf } from '../mail/uid-set.ts';
import type { Decision } from '../rules/effect.ts';
import { type JournalPart, mappedPairs } from '../sync/journal.ts';
import type { Decided } from './apply-rules.ts';
import type { RunHistory } from './run-history.ts';

type Place = { readonly path: string; readonly uidValidity: number };

/**
 * The same messages; those that were moved out of this folder before and moved back, or brought here by us, are decided to be
 * left alone. Reads the journal back to the oldest of the messages in question, and only when a rule would act. `isButton`: the
 * rule is for what a person moves in, and moving it in once more is asking for it again.
 */
export const respectMovedBack = async (
  { history, session }: { readonly history: RunHistory; readonly session: MailSession },
  place: Place,
  decided: readonly Decided[],
  isButton: (ruleId: string) => boolean,
): Promise<Decided[]> => {
  const acting = decided.filter(wantsAnything);
  if (acting.length === 0) return [...decided];
  const oldest = Math.min(...acting.map(({ facts }) => facts.receivedAt));
  const { brought, moved } = await knownSince(history, place, oldest);
  const all: Decided[] = [];
  for (const one of decided) {
    if (!wantsAnything(one)) all.push(one);
    else if (isBrought(brought, one)) all.push(only(one, () => false));
    else all.push((await isMovedBack(session, moved, one)) ? only(one, isButton) : one);
  }
  return all;
};

const only = ({ decision, trial, ...one }: Decided, isKept: (ruleId: string) => boolean): Decided => {
  const kept = <Wanted extends Pick<Decision, 'effects' | 'problems'>>(wanted: Wanted): Wanted => ({
    ...wanted,
    effects: wanted.effects.filter(({ ruleId }) => isKept(ruleId)),
    problems: wanted.problems.filter(({ ruleId }) => isKept(ruleId)),
  });
  return { ...one, decision: kept(decision), ...(trial === undefined ? {} : { trial: kept(trial) }) };
};

/** A rule on trial is answered as if it were live. */
const wantsAnything = ({ decision, trial }: Decided): boolean =>
  decision.effects.length > 0 || (trial !== undefined && trial.effects.length > 0);

const isBrought = (brought: ReadonlySet<string>, { facts }: Decided): boolean =>
  brought.has(`${facts.uid}`) || brought.has(`${facts.uid} ${fingerprintOf(facts)}`);

/**
 * What was moved back has left the folder it was moved to. As long as it lies there, the message here is another, however alike.
 * Each that left stands for one that came back.
 */
const isMovedBack = async (session: MailSession, moved: Moved, { facts }: Decided): Promise<boolean> => {
  const places = moved.get(fingerprintOf(facts)) ?? [];
  for (const [i, place] of places.entries()) {
    if (place !== undefined && (await isThere(session, place))) continue;
    places.splice(i, 1);
    return true;
  }
  return false;
};

const isThere = async (session: MailSession, { path, uidValidity, uid }: MovedTo): Promise<boolean> => {
  if ((await selectFolder(session, path))?.uidValidity !== uidValidity) return false;
  return uidCount(await presentUids(session, uidSet([uid]))) > 0;
};

/** Where a message of this fingerprint was moved to; undefined where the server did not say. */
type MovedTo = { readonly path: string; readonly uidValidity: number; readonly uid: number };
type Moved = Map<string, (MovedTo | undefined)[]>;

/** `brought` are marks: a UID, or a UID and a fingerprint. What was moved before the message came into being was another. */
const knownSince = async (
  history: RunHistory,
  place: Place,
  since: number,
): Promise<{ readonly brought: ReadonlySet<string>; readonly moved: Moved }> => {
  const brought = new Set<string>();
  const moved: Moved = new Map();
  for (const { part } of await history.since(since)) {
    for (const mark of broughtIn(part, place)) brought.add(mark);
    for (const [fingerprint, to] of movedOut(part, place.path)) {
      moved.set(fingerprint, [...(moved.get(fingerprint) ?? []), to]);
    }
  }
  return { brought, moved };
};

/**
 * Fingerprints of what this part moved out of the folder, and where it went. Of what somebody took out of the target before the
 * move came to its end (`message-changed`, or parked) only that.
 */
const movedOut = (part: JournalPart, path: string): [fingerprint: string, to: MovedTo | undefined][] => {
  if (part.kind !== 'effect' || part.command.kind !== 'move' || part.command.source.path !== path) return [];
  const { command, state } = part;
  const isTaken = state.state === 'parked' || (state.state === 'skipped' && state.reason === 'message-changed');
  if (isTaken) return command.fingerprints.map((fingerprint) => [fingerprint, undefined]);
  if (state.state !== 'done') return [];
  const { targetUidValidity, mapping = [] } = state.evidence;
  const to = new Map(mappedPairs(mapping));
  const skipped = state.skipped?.reason === 'message-changed' ? [] : (state.skipped?.uids ?? []);
  return [...uidsOf(command.uids)].flatMap((uid, i): [string, MovedTo | undefined][] => {
    if (hasUid(skipped, uid)) return [];
    const there = to.get(uid);
    const isKnown = there !== undefined && targetUidValidity !== undefined;
    const place = isKnown ? { path: command.target.path, uidValidity: targetUidValidity, uid: there } : undefined;
    return [[command.fingerprints[i] ?? '', place]];
  });
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
