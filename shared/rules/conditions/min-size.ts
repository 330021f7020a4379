/** `minSize`: the message is at least this many bytes. */
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { sizeSchema } from './size.ts';

export const minSizeCondition: ConditionKind<number> = {
  name: 'minSize',
  schema: sizeSchema,
  needs: () => ({}),
  compile: (value) => {
    const says = verdicts(`is at least ${value} bytes`, `is under ${value} bytes`);
    return ({ facts }) => says(facts.size >= value);
  },
  search: (value) => (value === 0 || value > SEARCH_MAX ? undefined : { larger: value - 1 }),
  isTrivial: (value) => value === 0,
};

// RFC 9051 section 9: a number of 32 bits, where not of 63.
const SEARCH_MAX = 0xffffffff;
