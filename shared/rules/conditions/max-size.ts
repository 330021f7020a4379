/** `maxSize`: the message is smaller than this many bytes. */
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { sizeSchema } from './size.ts';

export const maxSizeCondition: ConditionKind<number> = {
  name: 'maxSize',
  schema: sizeSchema,
  needs: () => ({}),
  compile: (value) => {
    const says = verdicts(`is under ${value} bytes`, `is at least ${value} bytes`);
    return ({ facts }) => says(facts.size < value);
  },
  search: (value) => (value > SEARCH_MAX ? undefined : { smaller: value }),
};

// RFC 9051 section 9: a number of 32 bits, where not of 63.
const SEARCH_MAX = 0xffffffff;
