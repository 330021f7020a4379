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
  readonly about: (facts: MessageFacts, effects: readonly Effect[]) => Promise<MessageHistory | undefined>;
  /** The decision stands: later messages of this run are told of its draft. */
  readonly decided: (decision: Decision) => void;
};

const DAY_MS = 86_400_000;

export const openRunHistory = (table: Table, ref: AccountRef, now: number): RunHistory => {
  const read: StoredJournalPart[] = [];
  const drafts = new Map<string, number | undefined>();
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

  const draftedAt = async (conversation: string): Promise<number | undefined> => {
    if (!drafts.has(conversation)) drafts.set(conversation, await readDraftedAt(table, ref, conversation));
    return drafts.get(conversation);
  };

  return {
    since,
    about: async (facts, effects) => {
      const conversation = conversationIn(effects);
      const moves = effects.some(({ kind }) => kind === 'move');
      if (conversation === undefined && !moves) return undefined;
      const at = conversation === undefined ? undefined : await draftedAt(conversation);
      return {
        ...(moves ? { movesToday: await movesOf(facts) } : {}),
        ...(conversation === undefined || at === undefined ? {} : { drafts: [{ conversation, at }] }),
      };
    },
    decided: ({ effects }) => {
      const conversation = conversationIn(effects);
      if (conversation !== undefined) drafts.set(conversation, now);
    },
  };
};

/** A message belongs to one. */
const conversationIn = (effects: readonly Effect[]): string | undefined =>
  effects.flatMap((effect) => (effect.kind === 'draft' ? (effect.conversation ?? []) : []))[0];
