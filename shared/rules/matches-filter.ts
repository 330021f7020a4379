/** Whether a filter holds for a message as it is: a search, without any rule. */
import type { MessageFacts } from '../mail/message.ts';
import { compileFilter } from './compile-filter.ts';
import type { EvaluateContext } from './context.ts';
import { viewFacts } from './fact-view.ts';
import type { Filter } from './filter.ts';

/** What is not known does not hold, as for rules. */
export const matchesFilter = (filter: Filter, context: EvaluateContext): ((facts: MessageFacts) => boolean) => {
  const test = compileFilter(filter, context, ['filter']);
  const { folders } = context;
  return (facts) => {
    const keywords = new Set(facts.keywords);
    const simulation = { mailbox: facts.mailbox, keywords, folders, created: NONE, drafted: NONE };
    return test(viewFacts(facts), simulation, []) === true;
  };
};

const NONE: ReadonlySet<string> = new Set();
