/** A first sync is watched until it is through. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallAnswer } from '../shared/api/client.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

type Account = CallAnswer<'getAccount'>['body'];

const LOOK_MS = 1_000;

/** Throws Failure when the account cannot go on by itself. */
export const untilSynced = async (context: Context, accountId: string): Promise<Account> => {
  const { call, terminal, json } = context;
  const progress = terminal.progress('messages');
  try {
    for (;;) {
      const { body } = await call('getAccount', { params: { accountId } });
      if (body.firstSyncAt !== undefined) {
        progress.stop();
        if (!json) terminal.say(`The first sync of ${body.name} is through.`);
        return body;
      }
      if (body.state !== 'active') {
        const { failure } = (await call('getHealth', { params: { accountId } })).body;
        throw new Failure(EXIT.unwell, `${body.name} is ${body.state}${because(failure)}`, failure?.remedy);
      }
      const { firstSync } = body;
      if (firstSync !== undefined) {
        const { messagesDone, messagesTotal, messagesPerSecond, secondsRemaining } = firstSync;
        progress.update(messagesDone, messagesTotal, {
          ...(messagesPerSecond === undefined ? {} : { perSecond: messagesPerSecond }),
          ...(secondsRemaining === undefined ? {} : { secondsLeft: secondsRemaining }),
        });
      }
      await sleep(LOOK_MS);
    }
  } finally {
    progress.stop();
  }
};

const because = (failure: { readonly title: string } | undefined): string =>
  failure === undefined ? '' : `: ${failure.title}`;
