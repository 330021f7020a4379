/** `minSize`: the message is at least this many bytes. */
import type { ConditionKind } from '../condition-kind.ts';
import { sizeSchema } from './size.ts';

export const minSizeCondition: ConditionKind<number> = {
  name: 'minSize',
  schema: sizeSchema,
  needs: () => ({}),
  evaluate: (value, { facts }) => {
    const verdict = facts.size >= value;
    return { verdict, why: `is ${verdict ? 'at least' : 'under'} ${value} bytes` };
  },
};
