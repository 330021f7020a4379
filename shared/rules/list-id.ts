/** The identifier of a mailing list: `TC39 <tc39.example.org>` (RFC 2919 section 3). */
import { headerValues, type MessageFacts } from '../mail/message.ts';
import type { FactView } from './fact-view.ts';
import { type Texts, textsOf } from './texts.ts';

export const listIds = (facts: Pick<MessageFacts, 'headers'>): string[] =>
  headerValues(facts, 'list-id').map((value) => {
    const open = value.lastIndexOf('<');
    const close = value.indexOf('>', open + 1);
    return (open < 0 || close < 0 ? value : value.slice(open + 1, close)).trim();
  });

/** Looked for in the whole field; compared as the identifier alone. */
export const listIdTexts = (view: FactView): Texts => {
  const ids = textsOf(listIds(view.facts));
  return { loose: () => view.header('list-id').loose(), whole: () => ids.whole(), plain: () => ids.plain() };
};
