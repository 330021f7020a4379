/** How long an account is left alone after its server asked to wait. */

/** The server's own word where it gave one, else doubling from five minutes; never under a minute, never over six hours. */
export const backOffSeconds = (timesBefore: number, hintMs: number | undefined): number => {
  const asked = hintMs === undefined ? FIRST_SECONDS * 2 ** Math.min(timesBefore, 10) : Math.ceil(hintMs / 1_000);
  return Math.min(Math.max(asked, MIN_SECONDS), MAX_SECONDS);
};

const FIRST_SECONDS = 300;
const MIN_SECONDS = 60;
const MAX_SECONDS = 21_600;

/** What the server said, in milliseconds: imapflow's and our own reader's errors carry it as their cause. */
export const throttleHintMs = (error: unknown): number | undefined => {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('throttleReset' in cause)) return undefined;
  const { throttleReset } = cause;
  return typeof throttleReset === 'number' && Number.isFinite(throttleReset) && throttleReset >= 0
    ? throttleReset
    : undefined;
};
