/** Ids of what was done: of a run, as shared/sync/run-id.ts makes it, and of an entry of the activity, which is one part of a run. */

/** As a part of a pattern. */
export const RUN_ID = '[0-9a-z]{1,12}-[0-9a-z]{1,12}';

const RUN_PART = new RegExp(`^${RUN_ID}-\\d{1,6}$`);
const ACTIVITY = new RegExp(`^([A-Za-z0-9_-]{1,64})-(${RUN_ID})-(\\d{1,6})$`);

/** An id says of which account it is, as undoing it names nothing else. */
export const activityId = (accountId: string, id: string): string => `${accountId}-${id}`;

/** undefined when the text is none of our ids. */
export const parseActivityId = (
  id: string,
): { readonly accountId: string; readonly runId: string; readonly n: number } | undefined => {
  const [, accountId, runId, n] = ACTIVITY.exec(id) ?? [];
  return accountId === undefined || runId === undefined ? undefined : { accountId, runId, n: Number(n) };
};

/** What an undo is about: an entry, or a run or a rule, whose ids are told as they are. */
export const undoneId = (accountId: string, id: string): string => (RUN_PART.test(id) ? activityId(accountId, id) : id);
