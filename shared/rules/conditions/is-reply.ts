/** `isReply`: the message answers another (In-Reply-To or References), whatever its subject says. */
import { booleanCondition } from './boolean.ts';

const NAMES = ['in-reply-to', 'references'];

export const isReplyCondition = booleanCondition({
  name: 'isReply',
  needs: { headers: ['in-reply-to', 'references'] },
  yes: 'is a reply',
  no: 'is no reply',
  compile: () => (view) => NAMES.some((name) => view.values(name).some((value) => value !== '')),
  search: { any: NAMES.map((header) => ({ header })) },
});
