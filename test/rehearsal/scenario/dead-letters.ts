/** What fails for good lands with the dead letters, and is redriven when its cause is gone. */
import assert from 'node:assert/strict';
import { letter } from '../../support/mail.ts';
import { type Act, count, type Stage, subjectsIn, USER } from './stage.ts';

const QUEUE = 'Checks';
const DEAD = 'ChecksDeadLetters';
/** More attempts than a queue would grant. */
const ATTEMPTS_MAX = 10;

/** Time passes until nothing of the queue is left; how often its messages failed. */
const failUntilDead = async (stage: Stage): Promise<number> => {
  let failures = 0;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { failed } = await stage.cloud.drain();
    failures += failed;
    const { inFlight } = stage.cloud.queues.counts(QUEUE);
    if (inFlight === 0) return failures;
    await stage.cloud.queues.letTimePass(QUEUE);
  }
  throw new Error('it is tried for ever');
};

export const DEAD_LETTERS: readonly Act[] = [
  {
    title: 'a message that is none of ours is put back alone, and ends with the dead letters',
    play: async (stage) => {
      const { queues } = stage.cloud;
      queues.send(QUEUE, '{"accounts":"all"}');
      const { failed } = await stage.cloud.drain();
      assert.deepEqual([failed, queues.counts(QUEUE).inFlight], [1, 1], 'it failed once and is hidden');
      await queues.letTimePass(QUEUE);
      const more = await failUntilDead(stage);
      assert.equal(queues.counts(DEAD).ready, 1);
      count(stage, 'failed attempts', failed + more);
      count(stage, 'dead letters');
      await stage.cloud.queues.redrive(DEAD, QUEUE);
      await failUntilDead(stage);
      assert.equal(queues.counts(DEAD).ready, 1, 'what is wrong for good is back');
      await queues.purge(DEAD);
    },
  },
  {
    title: 'a check that met a database that was down is redriven, and the mail is filed',
    play: async (stage) => {
      const { cloud, gateway, oracle } = stage;
      await oracle.deliver(USER, 'INBOX', letter({ subject: 'Invoice 13' }));
      gateway.isDown = (caller, { service }) => caller === 'SyncRole' && service === 'dynamodb';
      await cloud.minute();
      count(stage, 'ticks of the schedule');
      count(stage, 'failed attempts', await failUntilDead(stage));
      assert.equal(cloud.queues.counts(DEAD).ready, 1);
      count(stage, 'dead letters');
      gateway.isDown = () => false;
      count(stage, 'dead letters redriven', await cloud.queues.redrive(DEAD, QUEUE));
      const { failed } = await cloud.drain();
      assert.deepEqual([failed, cloud.queues.counts(DEAD).ready, cloud.queues.counts(QUEUE).ready], [0, 0, 0]);
      assert.equal(await subjectsIn(stage, 'Archive'), 2);
      count(stage, 'messages filed');
    },
  },
];
