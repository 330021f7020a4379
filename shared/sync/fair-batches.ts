/** How the accounts of a poll group are handed out: in batches, so that no tenant's many come before another's few. */

type Account = { readonly tenant: string };

/** Each tenant's first account, then each tenant's second, and so on: who has one is never behind who has a thousand. */
export const inFairOrder = <One extends Account>(accounts: readonly One[]): One[] => {
  const seen = new Map<string, number>();
  const turns: One[][] = [];
  for (const account of accounts) {
    const turn = seen.get(account.tenant) ?? 0;
    seen.set(account.tenant, turn + 1);
    const others = turns[turn] ?? [];
    others.push(account);
    turns[turn] = others;
  }
  return turns.flat();
};

export const batchesOf = <One>(accounts: readonly One[], size: number): One[][] => {
  const batches: One[][] = [];
  for (let from = 0; from < accounts.length; from += size) batches.push(accounts.slice(from, from + size));
  return batches;
};

/** So that batches do not all begin in the same second: whole seconds, the same for a batch at every tick. */
export const delayOf = (batch: number, batches: number, spreadSeconds: number): number =>
  Math.floor((batch * spreadSeconds) / Math.max(batches, 1));
