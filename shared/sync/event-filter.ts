/** Which events an owner wants to hear of. */

export type EventFilter = {
  /** Names, or `folder.*` for all of a kind; all events where absent. */
  readonly events?: readonly string[];
  readonly accountIds?: readonly string[];
};

export const wantsAccount = ({ accountIds }: EventFilter, accountId: string): boolean =>
  accountIds?.includes(accountId) ?? true;

export const wantsEvent = (
  filter: EventFilter,
  { type, accountId }: { readonly type: string; readonly accountId: string },
): boolean =>
  wantsAccount(filter, accountId) &&
  (filter.events?.some((name) => name === type || (name.endsWith('.*') && type.startsWith(name.slice(0, -1)))) ?? true);
