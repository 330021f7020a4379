/** Where the events of a webhook go: over HTTPS, signed, or to the deployment's own bus. */
import type { Webhook } from '../../store/webhooks.ts';
import type { MailboxDeps } from '../mailbox-deps.ts';
import { bodyOfEvent, type ToldEvent } from './body.ts';
import type { Content } from './content.ts';
import { EVENT_BUS_URL } from './event-bus-url.ts';
import { openSecrets } from './secret.ts';
import { type Sent, sendEvent } from './send.ts';
import { BUS_ENTRIES_MAX, entryOf, putOnBus } from './send-to-bus.ts';

export type Outgoing = { readonly event: ToldEvent; readonly content: ReadonlyMap<number, Content> };

/** How many of the events went, in their order, and what became of the one after them. */
export type Progress = {
  readonly taken: number;
  /** Of the last that was taken, where the receiver has such. */
  readonly status?: number;
  readonly failure?: Extract<Sent, { readonly delivered: false }>;
};

export type Destination = {
  readonly eventsAtOnceMax: number;
  /** Never throws: what went wrong is in the answer. */
  readonly send: (events: readonly Outgoing[]) => Promise<Progress>;
};

/** Throws `vault.cannot-open`. */
export const destinationOf = async (deps: MailboxDeps, webhook: Webhook): Promise<Destination> =>
  webhook.url === EVENT_BUS_URL ? bus(deps, webhook) : receiver(deps, webhook, await openSecrets(deps, webhook));

const receiver = ({ egress, now }: MailboxDeps, { url }: Webhook, secrets: readonly string[]): Destination => ({
  eventsAtOnceMax: 1,
  send: async (events) => {
    let status: number | undefined;
    for (const [taken, { event, content }] of events.entries()) {
      const message = { id: event.id, body: bodyOfEvent(event, content), nowSeconds: Math.floor(now() / 1_000) };
      const sent = await sendEvent(egress, { url, secrets }, message);
      if (!sent.delivered) return { taken, failure: sent };
      status = sent.status;
    }
    return { taken: events.length, ...(status === undefined ? {} : { status }) };
  },
});

const bus = ({ putEvents }: MailboxDeps, { tenant }: Webhook): Destination => ({
  eventsAtOnceMax: BUS_ENTRIES_MAX,
  send: async (events) =>
    putEvents === undefined
      ? { taken: 0, failure: { delivered: false, reason: 'no-event-bus' } }
      : await putOnBus(
          putEvents,
          events.map(({ event, content }) => entryOf({ ...event, tenant }, content)),
        ),
});
