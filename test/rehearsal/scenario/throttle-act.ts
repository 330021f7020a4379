/** More requests at once than the template allows. */
import assert from 'node:assert/strict';
import { type Act, count } from './stage.ts';

const TOO_MANY = 50;

export const THROTTLED: Act = {
  title: 'who asks too much is asked to wait',
  play: async (stage) => {
    const { throttle } = stage.cloud.api;
    throttle.isStanding = true;
    const asked = Array.from({ length: throttle.burst + TOO_MANY }, () => stage.stranger.call('GET', '/v1/rules'));
    const answers = await Promise.all(asked);
    throttle.isStanding = false;
    const waiting = answers.filter(({ status }) => status === 429).length;
    assert.ok(waiting >= TOO_MANY && waiting < asked.length, `${waiting} of ${asked.length} were throttled`);
    assert.ok(answers.every(({ status }) => status === 429 || status === 401));
    count(stage, 'requests throttled', waiting);
  },
};
