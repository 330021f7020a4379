import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { localQueue } from '../../local/queue.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';

const message = (...ids: string[]): CheckMessage => ({
  accounts: ids.map((accountId) => ({ tenant: 'local', accountId })),
  tickSeconds: 0,
  pollSeconds: 60,
});
const byHand = (...ids: string[]): CheckMessage => ({ ...message(...ids), byHand: true });

/** A queue whose work is done when the test says so. */
const slowQueue = () => {
  const begun: string[] = [];
  const gates: (() => void)[] = [];
  const queue = localQueue(async ({ accounts }) => {
    begun.push(accounts.map(({ accountId }) => accountId).join());
    await new Promise<void>((open) => gates.push(open));
  });
  const finishOne = async (): Promise<void> => {
    gates.shift()?.();
    await sleep(1);
  };
  return { queue, begun, finishOne };
};

test('messages are worked off one after the other, in order', async () => {
  const { queue, begun, finishOne } = slowQueue();
  await queue.send([message('a'), message('b', 'c')]);
  await queue.send([message('d')]);
  assert.deepEqual(begun, ['a']);
  await finishOne();
  assert.deepEqual(begun, ['a', 'b,c']);
  await finishOne();
  await finishOne();
  await queue.idle();
  assert.deepEqual(begun, ['a', 'b,c', 'd']);
});

test('an account that waits already is not queued twice, unless its owner asks', async () => {
  const { queue, begun, finishOne } = slowQueue();
  await queue.send([message('a')]);
  await queue.send([message('a', 'b')]);
  // Under way is not waiting: what changed since it began is seen by the next.
  await queue.send([message('b', 'a'), message('c')]);
  await queue.send([byHand('a')]);
  for (let i = 0; i < 5; i += 1) await finishOne();
  assert.deepEqual(begun, ['a', 'a,b', 'c', 'a']);
});

test('stopping waits for what is under way, forgets what waits and takes nothing more', async () => {
  const { queue, begun, finishOne } = slowQueue();
  await queue.send([message('a'), message('b')]);
  let stopped = false;
  const stopping = queue.stop().then(() => {
    stopped = true;
  });
  await queue.send([message('c')]);
  await sleep(1);
  assert.ok(!stopped);
  await finishOne();
  await stopping;
  await queue.idle();
  assert.deepEqual(begun, ['a']);
});

test('a queue that ran empty begins again', async () => {
  const done: number[] = [];
  const queue = localQueue(async () => {
    done.push(done.length);
  });
  for (let i = 0; i < 3; i += 1) {
    await queue.send([message('a')]);
    await queue.idle();
  }
  assert.equal(done.length, 3);
});
