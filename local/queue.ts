/**
 * The queue in one process: quick checks in one lane and long work in another, a few messages of each at once. An account that is
 * already waiting is not queued twice.
 */
import type { CheckMessage } from '../shared/service/deps.ts';
import type { AccountRef } from '../shared/store/head.ts';

export type LocalQueue = {
  readonly send: (messages: readonly CheckMessage[]) => Promise<void>;
  /** Resolves when nothing is waiting or under way. */
  readonly idle: () => Promise<void>;
  /** Takes nothing more, forgets what waits, and waits for what is under way. */
  readonly stop: () => Promise<void>;
};

export type LocalQueueOptions = { readonly atOnce?: number; readonly longAtOnce?: number };

/** What asks for something else than a check is done as often as it is asked for. */
const isCheck = ({ tell, stale, deliver, deleted }: CheckMessage): boolean =>
  tell !== true && stale !== true && deliver === undefined && deleted !== true;
const isPlainCheck = (message: CheckMessage): boolean => isCheck(message) && message.byHand !== true;

export const localQueue = (
  work: (message: CheckMessage) => Promise<void>,
  { atOnce = 1, longAtOnce = 1 }: LocalQueueOptions = {},
): LocalQueue => {
  const quick = lane(work, atOnce);
  const long = lane(work, longAtOnce);
  const later = new Set<NodeJS.Timeout>();
  let stopped = false;

  const put = (message: CheckMessage): void => {
    const { waits, push } = message.long === true ? long : quick;
    if (!isPlainCheck(message)) {
      push(message);
      return;
    }
    const accounts = message.accounts.filter((ref) => !waits(ref));
    if (accounts.length > 0) push({ ...message, accounts });
  };
  const putLater = (message: CheckMessage, delaySeconds: number): void => {
    const timer = setTimeout(() => {
      later.delete(timer);
      put(message);
    }, delaySeconds * 1_000);
    later.add(timer);
  };
  return {
    send: async (messages) => {
      if (stopped) return;
      for (const { delaySeconds, ...message } of messages) {
        if (delaySeconds === undefined) put(message);
        else putLater(message, delaySeconds);
      }
    },
    idle: async () => {
      while (quick.isBusy() || long.isBusy()) await Promise.all([quick.rest(), long.rest()]);
    },
    stop: async () => {
      stopped = true;
      for (const timer of later) clearTimeout(timer);
      await Promise.all([quick.stop(), long.stop()]);
    },
  };
};

const lane = (work: (message: CheckMessage) => Promise<void>, atOnce: number) => {
  const waiting: CheckMessage[] = [];
  const working = new Map<CheckMessage, Promise<void>>();

  /** The first of a tenant that has none under way, so that one with many is not before another with one. */
  const next = (): CheckMessage | undefined => {
    const busy = new Set([...working.keys()].map(tenantOf));
    const index = waiting.findIndex((message) => !busy.has(tenantOf(message)));
    return waiting.splice(Math.max(index, 0), 1)[0];
  };
  const begin = (): void => {
    while (working.size < atOnce) {
      const message = next();
      if (message === undefined) return;
      const done = work(message).finally(() => {
        working.delete(message);
        begin();
      });
      working.set(message, done);
    }
  };
  const rest = async (): Promise<void> => {
    await Promise.allSettled(working.values());
  };
  return {
    push: (message: CheckMessage): void => {
      waiting.push(message);
      begin();
    },
    waits: (ref: AccountRef): boolean =>
      waiting
        .filter(isCheck)
        .some(({ accounts }) => accounts.some((one) => one.tenant === ref.tenant && one.accountId === ref.accountId)),
    isBusy: (): boolean => working.size > 0,
    rest,
    stop: async (): Promise<void> => {
      waiting.length = 0;
      await rest();
    },
  };
};

const tenantOf = ({ accounts }: CheckMessage): string | undefined => accounts[0]?.tenant;
