import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DRAWN_FLAGS, flagHabits } from '../../bench/flag-habits.ts';
import { seededRandom } from '../../bench/random.ts';

test('the same seed draws the same flags, in the shares that were meant', () => {
  const draw = (): string[][] => {
    const next = flagHabits(seededRandom(7));
    return Array.from({ length: 30_000 }, () => next());
  };
  const drawn = draw();
  assert.deepEqual(draw(), drawn);
  const shareOf = (flag: string): number => drawn.filter((flags) => flags.includes(flag)).length / drawn.length;
  for (const [index, share] of [0.88, 0.03, 0.12, 0.3, 0.05, 0.04].entries()) {
    const flag = DRAWN_FLAGS[index] ?? '';
    assert.ok(Math.abs(shareOf(flag) - share) < 0.02, `${flag}: ${shareOf(flag)}`);
  }
});
