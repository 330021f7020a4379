/** How connections fail in a soak: each by the dice, on the wire or on the line of commands. */
import type { Dice } from '../chaos/dice.ts';
import type { Oddity } from '../chaos/oddities.ts';
import type { ProxyPlan } from '../chaos/tls-proxy.ts';
import type { BadLine } from '../support/bad-line.ts';

/** The answer of a server that has had enough of us for now. */
const asksToWait: Oddity = () => {
  let tag: string | undefined;
  return {
    command: (unit) => {
      const [, listed] = /^(\S+) LIST /i.exec(unit) ?? [];
      if (listed === undefined) return unit;
      tag = listed;
      return `${listed} NOOP\r\n`;
    },
    answer: (unit) => (tag !== undefined && unit.startsWith(`${tag} OK`) ? `${tag} NO [LIMIT] slow down\r\n` : unit),
  };
};

/** For one connection; undefined where it is left alone. A quiet check hears about 4,000 bytes, a run twice that. */
export const wireFault = (dice: Dice, share: number): BadLine | undefined =>
  dice.chance(share)
    ? {
        how: dice.weighted([
          [3, 'reset'],
          [3, 'cut'],
          [2, 'half-close'],
          [2, 'garbage'],
          [1, 'stall'],
          [1, 'trickle'],
        ]),
        bytes: dice.chance(0.1) ? 0 : dice.int(1, 8_000),
      }
    : undefined;

export const commandFault = (dice: Dice, share: number): Partial<ProxyPlan> => {
  if (!dice.chance(share)) return {};
  if (dice.chance(0.35)) return { oddities: [asksToWait] };
  return {
    cut: dice.weighted([
      [4, { by: 'reset', when: 'before', n: dice.int(1, 12), share: 0 }],
      [6, { by: 'reset', when: 'after', n: dice.int(3, 12), share: 0 }],
      [3, { by: 'reset', when: 'within', n: dice.int(2, 12), share: dice.share() }],
      [2, { by: 'literal', n: dice.int(6, 12) }],
    ]),
  };
};
