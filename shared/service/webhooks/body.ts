/** An event as it is sent: JSON, in the form of Standard Webhooks. */
import type { YardEvent } from '../../sync/yard-event.ts';
import type { Content } from './content.ts';

type Row = { readonly uid: number };

/** `content`: what is known of the messages, by UID. */
export const bodyOfEvent = (
  event: Omit<YardEvent, 'accountId'> & { readonly accountId?: string },
  content: ReadonlyMap<number, Content> = new Map(),
): string => {
  const { id, type, accountId, at, data } = event;
  const rows = data['messages'] as readonly Row[] | undefined;
  const messages = rows?.map((row) => ({ ...row, ...content.get(row.uid) }));
  const timestamp = new Date(at).toISOString();
  const about = accountId === undefined ? {} : { accountId };
  return JSON.stringify({ id, type, timestamp, ...about, data: messages === undefined ? data : { ...data, messages } });
};
