/** More requests at once than the template allows. */
import assert from 'node:assert/strict';
import { type Act, count } from './stage.ts';

const REQUESTS = 400;

export const THROTTLED: Act = {
  title: 'who asks too much is asked to wait',
  play: async (stage) => {
    const answers = await Promise.all(Array.from({ length: REQUESTS }, () => stage.stranger.call('GET', '/v1/rules')));
    const waiting = answers.filter(({ status }) => status === 429).length;
    assert.ok(waiting > 0 && waiting < REQUESTS, `${waiting} of ${REQUESTS} were throttled`);
    assert.ok(answers.every(({ status }) => status === 429 || status === 401));
    count(stage, 'requests throttled', waiting);
  },
};
