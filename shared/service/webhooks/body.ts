/** An event as it is sent: JSON, in the form of Standard Webhooks. */
import type { YardEvent } from '../../sync/yard-event.ts';
import type { Content } from './content.ts';

type Row = { readonly uid: number };

/** An event of an account, or of none; `tenant` where those of several go the same way. */
export type ToldEvent = Omit<YardEvent, 'accountId'> & { readonly accountId?: string; readonly tenant?: string };

/** `content`: what is known of the messages, by UID. */
export const bodyOfEvent = (event: ToldEvent, content: ReadonlyMap<number, Content> = new Map()): string => {
  const { id, type, tenant, accountId, at, data } = event;
  const rows = data['messages'] as readonly Row[] | undefined;
  const messages = rows?.map((row) => ({ ...row, ...content.get(row.uid) }));
  const about = { ...(tenant === undefined ? {} : { tenant }), ...(accountId === undefined ? {} : { accountId }) };
  const timestamp = new Date(at).toISOString();
  return JSON.stringify({ id, type, timestamp, ...about, data: messages === undefined ? data : { ...data, messages } });
};
