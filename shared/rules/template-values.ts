/** The values of a message that templates may hold; '' where it has none. */
import type { MessageFacts } from '../mail/message.ts';
import { SUBADDRESS_HEADERS, subaddresses } from './envelope.ts';
import { type FactView, viewFacts } from './fact-view.ts';
import { listIds } from './list-id.ts';
import { isMineOf } from './own-addresses.ts';
import { domainOf } from './people.ts';
import { MESSAGE_PLACEHOLDERS, type MessagePlaceholder, type TemplateValues } from './template.ts';

export const TEMPLATE_HEADERS: readonly string[] = ['from', 'subject', 'list-id', ...SUBADDRESS_HEADERS];

export const messageValues = (
  facts: Pick<MessageFacts, 'headers' | 'receivedAt'>,
  me: readonly string[] | undefined,
): TemplateValues<MessagePlaceholder> => {
  const view = viewFacts({ ...NOTHING, ...facts });
  const values = MESSAGE_PLACEHOLDERS.map((name) => [name, messageValue(name, view, me)] as const);
  return Object.fromEntries(values) as TemplateValues<MessagePlaceholder>;
};

export const messageValue = (name: MessagePlaceholder, view: FactView, me: readonly string[] | undefined): string =>
  VALUES[name](view, me) ?? '';

/** Dates are in UTC. */
const VALUES: Readonly<
  Record<MessagePlaceholder, (view: FactView, me: readonly string[] | undefined) => string | undefined>
> = {
  'sender.name': (view) => senderOf(view)?.name ?? senderOf(view)?.written,
  'sender.address': (view) => senderOf(view)?.written,
  'sender.domain': (view) => domainOf(senderOf(view)?.written ?? ''),
  subject: (view) => view.values('subject')[0],
  listId: ({ facts }) => listIds(facts)[0],
  subaddress: (view, me) => subaddresses(view, isMineOf(me))[0],
  'received.year': ({ facts }) => utcDay(facts.receivedAt).slice(0, 4),
  'received.month': ({ facts }) => utcDay(facts.receivedAt).slice(5, 7),
  'received.day': ({ facts }) => utcDay(facts.receivedAt).slice(8),
};

const senderOf = (view: FactView) => view.persons('from')[0];

/** `2025-03-01`; a date that is none becomes 1970. */
export const utcDay = (at: number): string => utcMinute(at).slice(0, 10);

/** `2025-03-01T09:30`. */
export const utcMinute = (at: number): string => {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  return (year >= 0 && year <= 9_999 ? date : new Date(0)).toISOString().slice(0, 16);
};

const NOTHING = { mailbox: '', uid: 0, keywords: [], size: 0 };
