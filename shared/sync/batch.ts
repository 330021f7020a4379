/**
 * From decisions on single messages to commands on many: effects on the same target become one command (RFC 6851 MOVE and
 * STORE take sets). The stated order is drafts, flags, copies, moves, removals: a message is moved only when all else is done where it
 * lay. What is put off comes last, as it begins where the message ends.
 */
import { createHash } from 'node:crypto';
import { emailMarkOf } from '../mail/fingerprint.ts';
import { intersectUids, type UidSet, uidCount, uidSet, uidsOf } from '../mail/uid-set.ts';
import type { Decision, Effect } from '../rules/effect.ts';
import type {
  CommandBase,
  EffectCommand,
  JournalPart,
  LaterCommand,
  Requester,
  Source,
  Target,
  TransferCommand,
} from './journal.ts';
import { encodePart } from './journal-codec.ts';

export type DecidedMessage = {
  readonly uid: number;
  /** What happened to it, for the ids of drafts. */
  readonly trigger: string;
  readonly fingerprint: string;
  /** Its EMAILID, where the server told it. */
  readonly emailId?: string | undefined;
  readonly keywords: readonly string[];
  readonly decision: Pick<Decision, 'effects'>;
};

export type BatchContext = {
  readonly accountId: string;
  /** On whose word an effect is done; of a rule's effect by the rule's id. */
  readonly requester: (ruleId: string) => Requester;
  /** The target as it stands before anything is done. */
  readonly target: (path: string, create: boolean) => Target;
  readonly draftsPath: string | undefined;
  /** Of the source, where it keeps mod-sequences. */
  readonly highestModseq?: bigint | undefined;
};

/** The commands for one folder's decided messages, in the order in which they are to be carried out. */
export const batchEffects = (
  source: Source,
  messages: readonly DecidedMessage[],
  context: BatchContext,
): EffectCommand[] => {
  const stores = new Groups<{ add: readonly string[]; remove: readonly string[] }>();
  const copies = new Groups<TransferValue>();
  const moves = new Groups<TransferValue>();
  const removals = new Groups<undefined>();
  const laters = new Groups<LaterValue>();
  const drafts: EffectCommand[] = [];
  for (const message of messages) {
    const { uid, trigger, keywords, decision } = message;
    const { add, remove, ruleIds } = netKeywords(decision.effects);
    const key = JSON.stringify([add, remove]);
    if (add.length + remove.length > 0) stores.add(key, { add, remove }, uid, ruleIds, message);
    for (const effect of decision.effects) {
      if (effect.kind !== 'copy') continue;
      const after = [...new Set([...keywords, ...add])].filter((keyword) => !remove.includes(keyword)).sort();
      const value = { target: context.target(effect.mailbox, effect.create), keywords: after };
      copies.add(JSON.stringify([effect.mailbox, after]), value, uid, [effect.ruleId], message);
    }
    const move = decision.effects.findLast((effect) => effect.kind === 'move');
    const destroy = decision.effects.find((effect) => effect.kind === 'destroy');
    // What is erased need not be moved before.
    if (destroy !== undefined) removals.add('', undefined, uid, [destroy.ruleId], message);
    else if (move !== undefined && move.mailbox !== source.path) {
      const value = { target: context.target(move.mailbox, move.create) };
      moves.add(move.mailbox, value, uid, [move.ruleId], message);
    }
    for (const effect of decision.effects) {
      if (effect.kind !== 'later' || destroy !== undefined) continue;
      const value = laterValue(effect);
      laters.add(JSON.stringify([effect.ruleId, value]), value, uid, [effect.ruleId], message);
    }
    for (const [n, effect] of decision.effects.entries()) {
      if (effect.kind !== 'draft' || context.draftsPath === undefined) continue;
      const id = [context.accountId, source.folderId, source.uidValidity, uid, trigger, effect.ruleId, n];
      drafts.push({
        kind: 'draft',
        source,
        uids: uidSet([uid]),
        askedBy: [{ ...context.requester(effect.ruleId), uids: uidSet([uid]) }],
        target: context.target(context.draftsPath, false),
        draft: effect.draft,
        ...(effect.conversation === undefined ? {} : { conversation: effect.conversation }),
        effectId: createHash('sha256').update(JSON.stringify(id)).digest('base64url').slice(0, 22),
      });
    }
  }
  const { highestModseq } = context;
  const since = highestModseq === undefined ? {} : { unchangedSince: `${highestModseq}` };
  const base = (group: Group<unknown>): CommandBase => ({
    source,
    uids: uidSet(group.members.keys()),
    askedBy: [...group.rules].map(([ruleId, uids]) => ({ ...context.requester(ruleId), uids: uidSet(uids) })),
  });
  const transfer =
    (kind: 'copy' | 'move') =>
    (group: Group<TransferValue>): EffectCommand => ({
      kind,
      ...base(group),
      ...group.value,
      fingerprints: fingerprintsOf(group),
      // A copy shares it with what it was copied from.
      ...(kind === 'move' ? emailMarksOf(group) : {}),
    });
  return [
    ...drafts,
    ...stores.all().map((group): EffectCommand => ({ kind: 'store', ...base(group), ...group.value, ...since })),
    ...copies.all().map(transfer('copy')),
    ...moves.all().map(transfer('move')),
    ...removals
      .all()
      .map((group): EffectCommand => ({ kind: 'remove', ...base(group), fingerprints: fingerprintsOf(group) })),
    ...laters.all().map((group): EffectCommand => ({ kind: 'later', ...base(group), ...group.value })),
  ];
};

/** Cuts a command until each piece fits a journal part. */
export const splitCommand = (command: EffectCommand, partBytesMax: number): EffectCommand[] => {
  const part: JournalPart = { n: 9_999, kind: 'effect', command, state: { state: 'planned', attempt: 1 } };
  const { body } = encodePart(part);
  const uids = [...uidsOf(command.uids)];
  // Room for the keys and for the state with its evidence.
  if (Buffer.byteLength(body) <= partBytesMax * 0.7 || uids.length <= 1) return [command];
  const middle = uids.length >> 1;
  return [narrow(command, uidSet(uids.slice(0, middle))), narrow(command, uidSet(uids.slice(middle)))].flatMap((half) =>
    splitCommand(half, partBytesMax),
  );
};

/** The same command for some of its UIDs. */
export const narrow = <Command extends EffectCommand>(command: Command, uids: UidSet): Command => {
  const kept = new Set(uidsOf(uids));
  const askedBy = command.askedBy.map((asker) => ({ ...asker, uids: intersectUids(asker.uids, uids) }));
  const narrowed = { ...command, uids, askedBy: askedBy.filter((asker) => uidCount(asker.uids) > 0) };
  if (!('fingerprints' in command)) return narrowed;
  const keptOf = (all: readonly string[]): string[] =>
    [...uidsOf(command.uids)].flatMap((uid, i) => (kept.has(uid) ? [all[i] ?? ''] : []));
  const fingerprints = keptOf(command.fingerprints);
  const marks = 'emailMarks' in command ? { emailMarks: keptOf(command.emailMarks) } : {};
  return { ...narrowed, fingerprints, ...marks };
};

/** What all the flag effects of one message come to; where rules disagree, the later one has its way. */
const netKeywords = (effects: readonly Effect[]) => {
  const wanted = new Map<string, { on: boolean; ruleId: string }>();
  for (const effect of effects) {
    if (effect.kind !== 'store') continue;
    for (const keyword of effect.add) wanted.set(keyword, { on: true, ruleId: effect.ruleId });
    for (const keyword of effect.remove) wanted.set(keyword, { on: false, ruleId: effect.ruleId });
  }
  const entries = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    add: entries.filter(([, { on }]) => on).map(([keyword]) => keyword),
    remove: entries.filter(([, { on }]) => !on).map(([keyword]) => keyword),
    ruleIds: [...new Set(entries.map(([, { ruleId }]) => ruleId))],
  };
};

const inOrder = ({ members }: Group<unknown>): DecidedMessage[] => [...members.values()].sort((a, b) => a.uid - b.uid);

const fingerprintsOf = (group: Group<unknown>): string[] => inOrder(group).map(({ fingerprint }) => fingerprint);

const emailMarksOf = (group: Group<unknown>): Pick<TransferCommand, 'emailMarks'> => {
  const marks = inOrder(group).flatMap(({ emailId }) => (emailId === undefined ? [] : [emailMarkOf(emailId)]));
  return marks.length === group.members.size ? { emailMarks: marks } : {};
};

/** The last of each wins, as with the effects of now. */
const laterValue = ({ at, recheck, attempt, mailbox, effects }: Extract<Effect, { kind: 'later' }>): LaterValue => {
  const { add, remove } = netKeywords(effects);
  const to = effects.findLast((effect) => effect.kind === 'move')?.mailbox;
  return {
    at: Math.ceil(at / 1_000),
    recheck,
    mailbox,
    add,
    remove,
    ...(attempt === undefined ? {} : { attempt }),
    ...(to === undefined ? {} : { to }),
  };
};

type LaterValue = Omit<LaterCommand, 'kind' | keyof CommandBase>;
type TransferValue = Pick<TransferCommand, 'target' | 'keywords'>;

type Group<Value> = {
  readonly value: Value;
  readonly members: Map<number, DecidedMessage>;
  readonly rules: Map<string, number[]>;
};

class Groups<Value> {
  readonly #groups = new Map<string, Group<Value>>();

  add(key: string, value: Value, uid: number, ruleIds: readonly string[], message: DecidedMessage): void {
    const group = this.#groups.get(key) ?? { value, members: new Map(), rules: new Map() };
    this.#groups.set(key, group);
    group.members.set(uid, message);
    for (const ruleId of ruleIds) {
      const uids = group.rules.get(ruleId);
      if (uids === undefined) group.rules.set(ruleId, [uid]);
      else uids.push(uid);
    }
  }

  all(): Group<Value>[] {
    return [...this.#groups.values()];
  }
}
