/** What of a listing was not told yet: an entry is told again when its state is another. Pure but for the map it is given. */
type Entry = { readonly id: string; readonly state: string };

/** Newest first in, oldest first out. What no longer stands in the listing is forgotten, as it does not come back. */
export const newOnes = <One extends Entry>(seen: Map<string, string>, latest: readonly One[]): One[] => {
  const found = latest.filter(({ id, state }) => seen.get(id) !== state).reverse();
  seen.clear();
  for (const { id, state } of latest) seen.set(id, state);
  return found;
};
