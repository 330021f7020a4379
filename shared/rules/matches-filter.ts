/** Whether a filter holds for a message as it is: a search, without any rule. */
import type { MessageFacts } from '../mail/message.ts';
import { compileFilter } from './compile-filter.ts';
import type { EvaluateContext } from './context.ts';
import { viewFacts } from './fact-view.ts';
import type { Filter } from './filter.ts';
import { untouched } from './simulation.ts';

/** What is not known does not hold, as for rules. */
export const matchesFilter = (filter: Filter, context: EvaluateContext): ((facts: MessageFacts) => boolean) => {
  const test = compileFilter(filter, context, ['filter']);
  return (facts) => test(viewFacts(facts), untouched(facts, context)) === true;
};
