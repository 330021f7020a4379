/** One delivery: the events of its runs in their order, as many as the webhook takes; how far it came is kept where it stops. */
import { LIMITS } from '../../limits.ts';
import { type Delivery, deleteDelivery, putDelivery, type WebhookRef } from '../../store/deliveries.ts';
import { readHead } from '../../store/head.ts';
import type { Webhook, WebhookState } from '../../store/webhooks.ts';
import { wantsEvent } from '../../sync/event-filter.ts';
import { afterFailure, afterSuccess, retrySeconds } from '../../sync/webhook-health.ts';
import type { YardEvent } from '../../sync/yard-event.ts';
import type { MailboxDeps } from '../mailbox-deps.ts';
import { readContent } from './content.ts';
import type { Destination, Outgoing, Progress } from './destination.ts';
import { readEvents } from './events-of-run.ts';
import { runsOfDelivery, type StoredRun } from './runs-of-delivery.ts';

/** What one worker knows while it delivers to one webhook. */
export type Line = {
  readonly ref: WebhookRef;
  readonly webhook: Webhook;
  readonly destination: Destination;
  state: WebhookState;
  /** Events that may still be sent in this pass. */
  left: number;
  readonly isLate: () => boolean;
};

/** `cut`: it goes on later, and nothing failed. */
export type Ended = 'through' | 'cut' | 'failed';

export const sendDelivery = async (deps: MailboxDeps, line: Line, delivery: Delivery): Promise<Ended> => {
  const { table } = deps;
  const { tenant } = line.ref;
  const ref = { tenant, accountId: delivery.accountId };
  const head = await readHead(table, ref);
  let at = delivery;
  for await (const run of runsOfDelivery(table, ref, head, delivery)) {
    const events = readEvents(ref, head, run.runId, run.parts).filter((event) => wantsEvent(line.webhook, event));
    while (at.done < events.length) {
      if (line.left <= 0 || line.isLate()) {
        await putDelivery(table, line.ref, at);
        return 'cut';
      }
      const some = events.slice(at.done, at.done + Math.min(line.left, line.destination.eventsAtOnceMax));
      const ended = await settle(deps, line, at, await send(deps, line, some, run));
      if (ended === 'failed') return 'failed';
      at = ended;
    }
    at = { ...at, afterRun: run.runId, done: 0 };
  }
  await deleteDelivery(table, line.ref, delivery.name);
  return 'through';
};

const send = async (
  deps: MailboxDeps,
  line: Line,
  events: readonly YardEvent[],
  { parts }: StoredRun,
): Promise<Progress> => {
  line.left -= events.length;
  const journal = parts.map(({ part }) => part);
  const outgoing: Outgoing[] = [];
  for (const event of events) {
    outgoing.push({ event, content: await readContent(deps, line.ref.tenant, event, journal, line.webhook) });
  }
  return await line.destination.send(outgoing);
};

/** Where the delivery stands after an attempt. */
const settle = async (
  deps: MailboxDeps,
  line: Line,
  before: Delivery,
  { taken, failure }: Progress,
): Promise<Delivery | 'failed'> => {
  const now = Math.floor(deps.now() / 1_000);
  const { failingSince, nextAttemptAt: _, ...rest } = before;
  if (taken > 0) line.state = afterSuccess(line.state, now);
  const at = { ...rest, done: rest.done + taken, failures: taken > 0 ? 0 : rest.failures };
  if (failure === undefined) return at;
  const isAlone = line.state.failures === 0;
  line.state = afterFailure(line.state, failure, now);
  // Another event is the one that fails now.
  const since = taken > 0 ? now : (failingSince ?? now);
  if (isAlone && now - since >= LIMITS.webhookFailingDaysMax * 86_400) {
    // The webhook takes all others: this one is given up, and not the webhook.
    deps.log.warn('webhook.event-given-up', { webhook: line.ref.webhookId, reason: failure.reason });
    await putDelivery(deps.table, line.ref, { ...at, done: at.done + 1, failures: 0 });
    return 'failed';
  }
  const failures = at.failures + 1;
  const nextAttemptAt = now + retrySeconds(failures, failure.retryAfterSeconds);
  await putDelivery(deps.table, line.ref, { ...at, failures, failingSince: since, nextAttemptAt });
  return 'failed';
};
