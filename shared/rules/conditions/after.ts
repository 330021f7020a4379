/** `after`: the server received the message at this date or later. */
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { searchDay } from '../search-text.ts';
import { utcDateSchema } from './utc-date.ts';

export const afterCondition: ConditionKind<string> = {
  name: 'after',
  schema: utcDateSchema,
  needs: () => ({}),
  compile: (value) => {
    const at = Date.parse(value);
    const says = verdicts(`was received at or after ${value}`, `was received before ${value}`);
    return ({ facts }) => says(facts.receivedAt >= at);
  },
  // SEARCH knows days in the server's own time zone.
  search: (value) => ({ since: searchDay(value, -1) }),
};
