/** `before`: the server received the message before this date. */
import type { ConditionKind } from '../condition-kind.ts';
import { utcDateSchema } from './utc-date.ts';

export const beforeCondition: ConditionKind<string> = {
  name: 'before',
  schema: utcDateSchema,
  needs: () => ({}),
  evaluate: (value, { facts }) => {
    const verdict = facts.receivedAt < Date.parse(value);
    return { verdict, why: `was received ${verdict ? 'before' : 'at or after'} ${value}` };
  },
};
