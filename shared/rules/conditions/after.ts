/** `after`: the server received the message at this date or later. */
import type { ConditionKind } from '../condition-kind.ts';
import { utcDateSchema } from './utc-date.ts';

export const afterCondition: ConditionKind<string> = {
  name: 'after',
  schema: utcDateSchema,
  needs: () => ({}),
  evaluate: (value, { facts }) => {
    const verdict = facts.receivedAt >= Date.parse(value);
    return { verdict, why: `was received ${verdict ? 'at or after' : 'before'} ${value}` };
  },
};
