/** What the journal says happened: by which plans, and which messages went. */
import { hasUid, NO_UIDS, type UidSet, unionUids } from '../../shared/mail/uid-set.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import type { Table } from '../../shared/store/table.ts';

export type JournalTold = {
  /** How many changes came by each kind of plan. */
  readonly plans: Readonly<Record<string, number>>;
  /** Whether a change says that this message is gone. */
  readonly saidGone: (folder: { readonly id: string; readonly uidValidity: number }, uid: number) => boolean;
};

export const readJournal = async (table: Table, ref: AccountRef): Promise<JournalTold> => {
  const plans: Record<string, number> = {};
  const gone = new Map<string, UidSet>();
  let after: string | undefined;
  do {
    const page = await pageOfJournal(table, ref, { limit: 200, ...(after === undefined ? {} : { after }) });
    for (const { part } of page.parts) {
      if (part.kind !== 'change') continue;
      const { plan, source } = part.change;
      plans[plan] = (plans[plan] ?? 0) + 1;
      const key = `${source.folderId} ${source.uidValidity}`;
      gone.set(key, unionUids(gone.get(key) ?? NO_UIDS, part.change.gone));
    }
    after = page.next;
  } while (after !== undefined);
  return { plans, saidGone: ({ id, uidValidity }, uid) => hasUid(gone.get(`${id} ${uidValidity}`) ?? NO_UIDS, uid) };
};
