/** An entry of the activity in words. */
import type { CallAnswer } from '../shared/api/client.ts';
import { cut, plain } from '../shared/terminal/plain.ts';

export type ActivityEntry = CallAnswer<'listActivity'>['body']['activity'][number];
type What = Pick<ActivityEntry, 'action' | 'to' | 'keywordsAdded' | 'keywordsRemoved' | 'reason'>;

export const whatText = ({ action, to, keywordsAdded = [], keywordsRemoved = [], reason }: What): string => {
  const keywords = [...keywordsAdded.map((word) => `+${word}`), ...keywordsRemoved.map((word) => `-${word}`)].join(' ');
  if (action === 'store') return plain(keywords);
  if (action === 'none') return plain(`nothing: ${reason ?? 'nothing could be done'}`);
  const target = to === undefined ? '' : ` to ${to}`;
  return plain(`${action}${target}${keywords === '' ? '' : ` ${keywords}`}`);
};

export const countText = ({ messageCount, from }: Pick<ActivityEntry, 'messageCount' | 'from'>): string =>
  plain(`${messageCount} ${messageCount === 1 ? 'message' : 'messages'} in ${from}`);

const NAME_CHARS = 40;

export const byWhom = ({ rules, askedBy }: Pick<ActivityEntry, 'rules' | 'askedBy'>): string => {
  if (askedBy === 'owner') return 'by hand';
  if (askedBy !== 'rule') return askedBy;
  return rules.map(({ ruleName }) => cut(ruleName, NAME_CHARS)).join(', ');
};
