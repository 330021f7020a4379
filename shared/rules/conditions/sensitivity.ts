/** `sensitivity`: what the sender asks (RFC 4021 section 2.1.53); `normal` where nothing is asked. */
import * as z from 'zod';
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { SENSITIVITIES, sensitivityOf } from '../importance.ts';

const schema = z.enum(SENSITIVITIES, `must be one of ${SENSITIVITIES.join(', ')}`);

export const sensitivityCondition: ConditionKind<z.infer<typeof schema>> = {
  name: 'sensitivity',
  schema,
  needs: () => ({ headers: [...['sensitivity']] }),
  compile: (value) => {
    const says = verdicts(`is ${value}`, `is not ${value}`);
    return (view) => says(sensitivityOf(view.facts) === value);
  },
};
