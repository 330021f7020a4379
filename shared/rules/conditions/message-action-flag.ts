/** `messageActionFlag`: what the sender asks to be done, as Outlook writes it into X-Message-Flag; `any` is anything. */
import * as z from 'zod';
import { headerValues } from '../../mail/message.ts';
import { type ConditionKind, verdicts } from '../condition-kind.ts';

/** Graph's messageActionFlag, by what Outlook writes in English; other languages are found by `any` and by `header`. */
const TEXTS = {
  any: undefined,
  call: 'call',
  doNotForward: 'do not forward',
  followUp: 'follow up',
  fyi: 'for your information',
  forward: 'forward',
  noResponseNecessary: 'no response necessary',
  read: 'read',
  reply: 'reply',
  replyToAll: 'reply to all',
  review: 'review',
} as const;

const FLAGS = Object.keys(TEXTS) as (keyof typeof TEXTS)[];
const schema = z.enum(FLAGS, `must be one of ${FLAGS.join(', ')}`);

export const messageActionFlagCondition: ConditionKind<keyof typeof TEXTS> = {
  name: 'messageActionFlag',
  schema,
  needs: () => ({ headers: ['x-message-flag'] }),
  compile: (value) => {
    const says = verdicts(`asks for ${value}`, `does not ask for ${value}`);
    const wanted = TEXTS[value];
    return ({ facts }) => {
      const asked = headerValues(facts, 'x-message-flag').map((text) => text.trim().toLowerCase().replaceAll('-', ' '));
      return says(asked.some((text) => text !== '' && (wanted === undefined || text === wanted)));
    };
  },
  search: () => ({ header: 'x-message-flag' }),
};
