/** A finished part in words for the owner's own screen. */
import { headerValues, type MessageFacts } from '../mail/message.ts';
import { hasUid, uidsOf } from '../mail/uid-set.ts';
import type { Decision } from '../rules/effect.ts';
import type { Requester } from '../sync/journal.ts';
import { effectOf } from './effects/table.ts';
import type { Narration } from './mailbox-deps.ts';
import type { FinishedPart } from './run-effects.ts';

export type Told = { readonly facts: MessageFacts; readonly decision: Decision };

/** One line a message and rule, for what was done. */
export const narrationsOf = (
  accountId: string,
  part: FinishedPart,
  toldOf: (path: string, uid: number) => Told | undefined,
): Narration[] => {
  const { command, state } = part;
  if (state.state !== 'done') return [];
  const skipped = state.skipped?.uids ?? [];
  return command.askedBy.flatMap((asker) =>
    [...uidsOf(asker.uids)]
      .filter((uid) => !hasUid(skipped, uid))
      .map((uid): Narration => {
        const told = toldOf(command.source.path, uid);
        return {
          accountId,
          mailbox: command.source.path,
          subject: told === undefined ? '' : (headerValues(told.facts, 'subject')[0] ?? ''),
          from: told === undefined ? '' : (headerValues(told.facts, 'from')[0] ?? ''),
          ruleName: asker.by === 'rule' ? asker.ruleName : REQUESTERS[asker.by],
          what: effectOf(command).tell(command),
          why: told === undefined || asker.by !== 'rule' ? '' : whyOf(told.decision, asker.ruleId),
        };
      }),
  );
};

const REQUESTERS: Readonly<Record<Exclude<Requester['by'], 'rule'>, string>> = {
  owner: 'by hand',
  undo: 'undo',
  repair: 'repair',
};

/** The conditions that held. */
const whyOf = (decision: Decision, ruleId: string): string =>
  (decision.traces().find((trace) => trace.ruleId === ruleId)?.conditions ?? [])
    .filter(({ verdict }) => verdict === 'true')
    .map(({ why }) => why)
    .join(', ');
