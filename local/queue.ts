/** The queue in one process: messages are worked off one after the other, an account that is already waiting is not queued twice. */

import type { CheckMessage } from '../shared/service/deps.ts';
import type { AccountRef } from '../shared/store/head.ts';

export type LocalQueue = {
  readonly send: (messages: readonly CheckMessage[]) => Promise<void>;
  /** Resolves when nothing is waiting or under way. */
  readonly idle: () => Promise<void>;
  /** Takes nothing more, forgets what waits, and waits for what is under way. */
  readonly stop: () => Promise<void>;
};

/** What asks for something else than a check is done as often as it is asked for. */
const isCheck = ({ tell, stale, deliver, deleted }: CheckMessage): boolean =>
  tell !== true && stale !== true && deliver === undefined && deleted !== true;
const isPlainCheck = (message: CheckMessage): boolean => isCheck(message) && message.byHand !== true;

export const localQueue = (work: (message: CheckMessage) => Promise<void>): LocalQueue => {
  let waiting: CheckMessage[] = [];
  let working: Promise<void> | undefined;
  let stopped = false;

  const loop = async (): Promise<void> => {
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) await work(message);
    working = undefined;
  };
  const isWaiting = (ref: AccountRef): boolean =>
    waiting
      .filter(isCheck)
      .some(({ accounts }) => accounts.some((one) => one.tenant === ref.tenant && one.accountId === ref.accountId));

  return {
    send: async (messages) => {
      if (stopped) return;
      for (const message of messages) {
        if (!isPlainCheck(message)) {
          waiting.push(message);
          continue;
        }
        const accounts = message.accounts.filter((ref) => !isWaiting(ref));
        if (accounts.length > 0) waiting.push({ ...message, accounts });
      }
      working ??= loop();
    },
    idle: async () => {
      while (working !== undefined) await working;
    },
    stop: async () => {
      stopped = true;
      waiting = [];
      await working;
    },
  };
};
