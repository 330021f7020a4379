/** The deployment's EventBridge bus; its client is loaded when the first event goes there. */
import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { PutEvents } from '../shared/service/mailbox-deps.ts';
import { once } from '../shared/vault/once.ts';

const SOURCE = 'mailyard';

/** `busName`: a name or an ARN. */
export const eventBus = (busName: string, config: EventBridgeClientConfig = {}): PutEvents => {
  const connected = once(async () => {
    const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    return { client: new EventBridgeClient(config), PutEventsCommand };
  });
  return async (entries) => {
    const { client, PutEventsCommand } = await connected();
    const Entries = entries.map(({ type, at, detail }) => ({
      EventBusName: busName,
      Source: SOURCE,
      DetailType: type,
      Detail: detail,
      Time: new Date(at),
    }));
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries }));
    // One that nothing is said of was not taken.
    return entries.map((_, i) =>
      results[i]?.EventId === undefined ? (results[i]?.ErrorCode ?? 'Unknown') : undefined,
    );
  };
};
