/** How the flags of a mailbox some years old are spread: read in stretches, the others here and there. */

const SEEN_RUN = 30;
const SEEN_SHARE = 0.88;
const SHARES: readonly (readonly [flag: string, share: number])[] = [
  ['\\Flagged', 0.03],
  ['\\Answered', 0.12],
  ['NonJunk', 0.3],
  ['$Forwarded', 0.05],
  ['$label1', 0.04],
];

/** Every flag that is drawn, as IMAP writes it. */
export const DRAWN_FLAGS: readonly string[] = ['\\Seen', ...SHARES.map(([flag]) => flag)];

/** The flags of one message after the other. */
export const flagHabits = (random: () => number): (() => string[]) => {
  let drawn = 0;
  let seen = true;
  return () => {
    if (drawn % SEEN_RUN === 0) seen = random() < SEEN_SHARE;
    drawn += 1;
    const flags = seen ? ['\\Seen'] : [];
    for (const [flag, share] of SHARES) if (random() < share) flags.push(flag);
    return flags;
  };
};

/** `count` different whole numbers from 1 to `max`. */
export const drawDistinct = (count: number, max: number, random: () => number): Set<number> => {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(1 + Math.floor(random() * max));
  return drawn;
};
