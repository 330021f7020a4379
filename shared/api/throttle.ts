/** A token bucket for each tenant: a script that runs away is told to slow down before the database or a mail server is. */

export type Throttle = {
  /** False when the tenant has to wait. `now` in milliseconds. */
  readonly take: (tenant: string, now: number) => boolean;
};

export type ThrottleOptions = {
  /** Requests a second that may go on for ever. */
  readonly perSecond: number;
  /** Requests at once after a while of silence. */
  readonly burst: number;
  /** Tenants that are remembered; the one not seen for longest is forgotten, which only ever lets more through. */
  readonly tenantsMax: number;
};

export const tenantThrottle = ({ perSecond, burst, tenantsMax }: ThrottleOptions): Throttle => {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return {
    take: (tenant, now) => {
      const { tokens, at } = buckets.get(tenant) ?? { tokens: burst, at: now };
      const filled = Math.min(burst, tokens + (Math.max(0, now - at) / 1_000) * perSecond);
      const allowed = filled >= 1;
      buckets.delete(tenant);
      buckets.set(tenant, { tokens: allowed ? filled - 1 : filled, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > tenantsMax && oldest !== undefined) buckets.delete(oldest);
      return allowed;
    },
  };
};
