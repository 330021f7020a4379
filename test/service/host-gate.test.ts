import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostGate } from '../../shared/service/host-gate.ts';

/** Work that ends when the test says so, and what was at work at once. */
const workshop = (atOnceMax: number) => {
  const gate = hostGate(atOnceMax);
  const open = new Map<string, (() => void)[]>();
  const most = new Map<string, number>();
  const work = (host: string, fails = false): Promise<void> =>
    gate(host, async () => {
      const ends = open.get(host) ?? [];
      open.set(host, ends);
      await new Promise<void>((end) => {
        ends.push(end);
        most.set(host, Math.max(most.get(host) ?? 0, ends.length));
      });
      if (fails) throw new Error('failed');
    });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { work, turn, most, open: (host: string) => open.get(host) ?? [] };
};

test('so many at once to a host, the others when one has ended, also by a failure', async () => {
  const { work, turn, most, open } = workshop(2);
  const done = Array.from({ length: 5 }, (_, n) => work('slow', n === 0).catch(() => undefined));
  await turn();
  assert.equal(open('slow').length, 2);
  for (let ended = 0; ended < 5; ended += 1) {
    open('slow').shift()?.();
    await turn();
  }
  await Promise.all(done);
  assert.equal(most.get('slow'), 2);
});

test('a host that is full holds up no other', async () => {
  const { work, turn, open } = workshop(1);
  const waiting = [work('slow'), work('slow'), work('quick')];
  await turn();
  assert.equal(open('quick').length, 1);
  for (const host of ['quick', 'slow']) open(host).shift()?.();
  await turn();
  open('slow').shift()?.();
  await Promise.all(waiting);
});
