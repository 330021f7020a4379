/** `function`: a function that the operator gave a name says whether it holds. */
import type * as z from 'zod';
import { type ConditionKind, unknown, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { functionCallShape } from '../function-call.ts';
import { strictObject } from '../strict-object.ts';

const schema = strictObject(functionCallShape);

export const functionCondition: ConditionKind<z.infer<typeof schema>> = {
  name: 'function',
  schema,
  needs: ({ headers, body }) => ({ headers: headers.map((name) => name.toLowerCase()), body }),
  compile: (value) => {
    const says = verdicts(`${quoted(value.name)} says yes`, `${quoted(value.name)} says no`);
    const notAsked = unknown(`${quoted(value.name)} gave no answer`);
    return (view) => {
      const matches = view.ask(value)?.matches;
      return matches === undefined ? notAsked : says(matches);
    };
  },
};
