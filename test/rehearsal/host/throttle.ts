/** API Gateway's throttle: a bucket of `burst` tokens that fills by `rate` a second; a request that finds none is refused. */
export const throttleOf = (
  limits: { readonly rate: number; readonly burst: number },
  now: () => number,
): (() => boolean) => {
  let tokens = limits.burst;
  let at = now();
  return () => {
    const later = now();
    tokens = Math.min(limits.burst, tokens + ((later - at) / 1_000) * limits.rate);
    at = later;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
