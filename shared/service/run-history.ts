/** What our own journal and a small record tell about messages before rules are put to them: read once a run, and no further than is asked. */
import { LIMITS } from '../limits.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import type { MessageFacts } from '../mail/message.ts';
import { hasUid, uidsOf } from '../mail/uid-set.ts';
import type { MessageHistory } from '../rules/context.ts';
import type { Decision, Effect } from '../rules/effect.ts';
import { readDraftedAt } from '../store/drafted.ts';
import type { AccountRef } from '../store/head.ts';
import { pageOfJournal, type StoredJournalPart } from '../store/journal.ts';
import type { Table } from '../store/table.ts';

export type RunHistory = {
  /** The journal back to a time (milliseconds since 1970), newest first; within `movedBackPagesMax` pages. */
  readonly since: (at: number) => Promise<readonly StoredJournalPart[]>;
  /** What guards need to know before the decision stands; undefined where it does nothing that they watch. */
  readonly about: (
    facts: MessageFacts,
    effects: readonly Effect[],
    world: World,
  ) => Promise<MessageHistory | undefined>;
  /** The decision stands: later messages are told of its draft, in the same world. */
  readonly decided: (facts: MessageFacts, decision: Decision, world: World) => void;
};

/** What is done, and what would be if other rules were live: a draft in the one is none in the other. */
export type World = 'live' | 'asIf';

const DAY_MS = 86_400_000;

export const openRunHistory = (table: Table, ref: AccountRef, now: number): RunHistory => {
  const read: StoredJournalPart[] = [];
  const drafts = { live: new Map<string, Drafted>(), asIf: new Map<string, Drafted>() };
  const stored = new Map<string, number | undefined>();
  let pages = 0;
  let next: string | undefined;

  const since = async (at: number): Promise<readonly StoredJournalPart[]> => {
    while (pages < LIMITS.movedBackPagesMax && (pages === 0 || next !== undefined)) {
      if ((read.at(-1)?.at ?? Number.POSITIVE_INFINITY) < at) break;
      const after = next === undefined ? {} : { after: next };
      const page = await pageOfJournal(table, ref, { limit: 200, ...after });
      pages += 1;
      read.push(...page.parts);
      next = page.next;
    }
    return read;
  };

  const movesOf = async (facts: MessageFacts): Promise<number> => {
    // What came into being later cannot have been moved before.
    const from = Math.max(now - DAY_MS, facts.receivedAt);
    const fingerprint = fingerprintOf(facts);
    let moves = 0;
    for (const { at, part } of await since(from)) {
      if (at < now - DAY_MS || part.kind !== 'effect' || part.state.state !== 'done') continue;
      const { command, state } = part;
      // What a person asked for is no loop.
      if (command.kind !== 'move' || !command.askedBy.some(({ by }) => by === 'rule')) continue;
      const skipped = state.skipped?.uids ?? [];
      for (const [i, uid] of [...uidsOf(command.uids)].entries()) {
        if (command.fingerprints[i] === fingerprint && !hasUid(skipped, uid)) moves += 1;
      }
    }
    return moves;
  };

  const draftedAt = async (facts: MessageFacts, conversation: string, world: World): Promise<number | undefined> => {
    const known = drafts[world].get(conversation);
    // A message that is decided once more, as a rule was paused, is not answered by its own draft.
    if (known !== undefined && known.by !== nameOf(facts)) return known.at;
    if (!stored.has(conversation)) stored.set(conversation, await readDraftedAt(table, ref, conversation));
    return stored.get(conversation);
  };

  return {
    since,
    about: async (facts, effects, world) => {
      const conversation = conversationIn(effects);
      const moves = effects.some(({ kind }) => kind === 'move');
      if (conversation === undefined && !moves) return undefined;
      const at = conversation === undefined ? undefined : await draftedAt(facts, conversation, world);
      return {
        ...(moves ? { movesToday: await movesOf(facts) } : {}),
        ...(conversation === undefined || at === undefined ? {} : { drafts: [{ conversation, at }] }),
      };
    },
    decided: (facts, { effects }, world) => {
      const conversation = conversationIn(effects);
      if (conversation !== undefined) drafts[world].set(conversation, { by: nameOf(facts), at: now });
    },
  };
};

type Drafted = { readonly by: string; readonly at: number };

const nameOf = ({ mailbox, uid }: MessageFacts): string => `${uid} ${mailbox}`;

/** A message belongs to one. */
const conversationIn = (effects: readonly Effect[]): string | undefined =>
  effects.flatMap((effect) => (effect.kind === 'draft' ? (effect.conversation ?? []) : []))[0];
