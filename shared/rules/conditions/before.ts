/** `before`: the server received the message before this date. */
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { searchDay } from '../search-text.ts';
import { utcDateSchema } from './utc-date.ts';

export const beforeCondition: ConditionKind<string> = {
  name: 'before',
  schema: utcDateSchema,
  needs: () => ({}),
  compile: (value) => {
    const at = Date.parse(value);
    const says = verdicts(`was received before ${value}`, `was received at or after ${value}`);
    return ({ facts }) => says(facts.receivedAt < at);
  },
  // SEARCH knows days in the server's own time zone.
  search: (value) => ({ before: searchDay(value, 2) }),
};
