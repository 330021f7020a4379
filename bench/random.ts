/** The same numbers for the same seed, in [0, 1): xorshift32 (Marsaglia 2003), good enough to draw flags with. */
export const seededRandom = (seed: number): (() => number) => {
  // Spread over all bits, since xorshift needs a while to leave small seeds behind; 0 would stay 0 for ever.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};
