/** `importance`: what the sender says of it; `normal` where nothing is said. */
import * as z from 'zod';
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { IMPORTANCE_HEADERS, IMPORTANCES, importanceOf } from '../importance.ts';

const schema = z.enum(IMPORTANCES, `must be one of ${IMPORTANCES.join(', ')}`);

export const importanceCondition: ConditionKind<z.infer<typeof schema>> = {
  name: 'importance',
  schema,
  needs: () => ({ headers: [...IMPORTANCE_HEADERS] }),
  compile: (value) => {
    const says = verdicts(`is ${value}`, `is not ${value}`);
    return (view) => says(importanceOf(view.facts) === value);
  },
};
