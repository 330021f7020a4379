/** The values of a message that templates may hold; '' where it has none. */
import { parseAddresses } from '../mail/addresses.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import { SUBADDRESS_HEADERS, subaddresses } from './envelope.ts';
import { viewFacts } from './fact-view.ts';
import { listIds } from './list-id.ts';
import { isMineOf } from './own-addresses.ts';
import { domainOf } from './people.ts';
import type { MessagePlaceholder, TemplateValues } from './template.ts';

export const TEMPLATE_HEADERS: readonly string[] = ['from', 'subject', 'list-id', ...SUBADDRESS_HEADERS];

/** Dates are in UTC. */
export const messageValues = (
  facts: Pick<MessageFacts, 'headers' | 'receivedAt'>,
  me: readonly string[] | undefined,
): TemplateValues<MessagePlaceholder> => {
  const sender = headerValues(facts, 'from').flatMap(parseAddresses)[0];
  const [year = '', month = '', day = ''] = utcDay(facts.receivedAt).split('-');
  return {
    'sender.name': sender?.name ?? sender?.address ?? '',
    'sender.address': sender?.address ?? '',
    'sender.domain': sender === undefined ? '' : domainOf(sender.address),
    subject: headerValues(facts, 'subject')[0] ?? '',
    listId: listIds(facts)[0] ?? '',
    subaddress: subaddresses(viewFacts({ ...NOTHING, ...facts }), isMineOf(me))[0] ?? '',
    'received.year': year,
    'received.month': month,
    'received.day': day,
  };
};

/** `2025-03-01`; a date that is none becomes 1970. */
export const utcDay = (at: number): string => utcMinute(at).slice(0, 10);

/** `2025-03-01T09:30`. */
export const utcMinute = (at: number): string => {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  return (year >= 0 && year <= 9_999 ? date : new Date(0)).toISOString().slice(0, 16);
};

const NOTHING = { mailbox: '', uid: 0, keywords: [], size: 0 };
