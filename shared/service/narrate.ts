/** A finished part in words for the owner's own screen. */
import { headerValues, type MessageFacts } from '../mail/message.ts';
import { hasUid, uidsOf } from '../mail/uid-set.ts';
import type { Decision } from '../rules/effect.ts';
import type { EffectCommand } from '../sync/journal.ts';
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
  return command.rules.flatMap((rule) =>
    [...uidsOf(rule.uids)]
      .filter((uid) => !hasUid(skipped, uid))
      .map((uid): Narration => {
        const told = toldOf(command.source.path, uid);
        return {
          accountId,
          mailbox: command.source.path,
          subject: told === undefined ? '' : (headerValues(told.facts, 'subject')[0] ?? ''),
          from: told === undefined ? '' : (headerValues(told.facts, 'from')[0] ?? ''),
          ruleName: rule.ruleName,
          what: whatOf(command),
          why: told === undefined ? '' : whyOf(told.decision, rule.ruleId),
        };
      }),
  );
};

const whatOf = (command: EffectCommand): string => {
  switch (command.kind) {
    case 'move':
      return `moved to ${command.target.path}`;
    case 'copy':
      return `copied to ${command.target.path}`;
    case 'draft':
      return `reply drafted in ${command.target.path}`;
    case 'store':
      return [...command.add.map((keyword) => `+${keyword}`), ...command.remove.map((keyword) => `-${keyword}`)].join(
        ' ',
      );
  }
};

/** The conditions that held. */
const whyOf = (decision: Decision, ruleId: string): string =>
  (decision.traces.find((trace) => trace.ruleId === ruleId)?.conditions ?? [])
    .filter(({ verdict }) => verdict === 'true')
    .map(({ why }) => why)
    .join(', ');
