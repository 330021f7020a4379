/** `maxSize`: the message is smaller than this many bytes. */
import type { ConditionKind } from '../condition-kind.ts';
import { sizeSchema } from './size.ts';

export const maxSizeCondition: ConditionKind<number> = {
  name: 'maxSize',
  schema: sizeSchema,
  needs: () => ({}),
  evaluate: (value, { facts }) => {
    const verdict = facts.size < value;
    return { verdict, why: `is ${verdict ? 'under' : 'at least'} ${value} bytes` };
  },
};
