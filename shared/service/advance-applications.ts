/** Once its effects are in the mirror, a run brings on what it worked at: by what its journal says, whoever finishes it. */
import { advanceApplication } from '../store/applications.ts';
import type { AccountRef } from '../store/head.ts';
import type { Table } from '../store/table.ts';
import type { JournalPart } from '../sync/journal.ts';

/** True when something of it is left to the next run. */
export const advanceApplications = async (
  table: Table,
  ref: AccountRef,
  parts: readonly JournalPart[],
  run: { readonly runId: string; readonly at: number },
): Promise<boolean> => {
  let more = false;
  for (const part of parts) {
    if (part.kind !== 'timer' || part.timer.advance === undefined) continue;
    await advanceApplication(table, ref, part.timer.advance, run);
    more ||= !part.timer.advance.isLast;
  }
  return more;
};
