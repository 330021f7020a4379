/** What `--once` says at its end. */
import type { CheckReport } from '../shared/service/check-account.ts';
import type { EffectCounts } from '../shared/service/effect-counts.ts';
import { listAccounts } from '../shared/store/accounts.ts';
import { readCursorPages } from '../shared/store/cursors.ts';
import type { Table } from '../shared/store/table.ts';
import { plain } from '../shared/terminal/plain.ts';

export type Summary = {
  readonly accounts: number;
  /** Folder path -> messages; several accounts' folders of one name are added up. */
  readonly folders: Readonly<Record<string, number>>;
  readonly messages: number;
  readonly effects: EffectCounts;
  readonly errors: readonly { readonly account: string; readonly code: string }[];
};

export const summarize = async (table: Table, tenant: string, reports: readonly CheckReport[]): Promise<Summary> => {
  const accounts = await listAccounts(table, tenant);
  const folders: Record<string, number> = {};
  for (const { id } of accounts) {
    for (const page of await readCursorPages(table, { tenant, accountId: id })) {
      for (const { path, messages } of page.folders) folders[path] = (folders[path] ?? 0) + messages;
    }
  }
  const effects = { move: 0, copy: 0, flag: 0, draft: 0 };
  const errors = new Map<string, { account: string; code: string }>();
  for (const report of reports) {
    if (report.outcome === 'failed')
      errors.set(report.ref.accountId, { account: report.ref.accountId, code: report.code });
    // What failed first and went well in a later pass is no error of the whole.
    else errors.delete(report.ref.accountId);
    if (report.outcome !== 'synced') continue;
    for (const kind of ['move', 'copy', 'flag', 'draft'] as const) effects[kind] += report.sync.effects[kind];
  }
  const messages = Object.values(folders).reduce((sum, count) => sum + count, 0);
  return { accounts: accounts.length, folders, messages, effects, errors: [...errors.values()] };
};

export const summaryLines = ({ accounts, folders, messages, effects, errors }: Summary): string[] => [
  `${accounts} account${accounts === 1 ? '' : 's'}, ${messages} messages in ${Object.keys(folders).length} folders`,
  ...Object.entries(folders).map(([path, count]) => `  ${String(count).padStart(7)}  ${plain(path)}`),
  `moved ${effects.move}, copied ${effects.copy}, flagged ${effects.flag}, drafted ${effects.draft}`,
  ...errors.map(({ account, code }) => `account ${account}: ${code}`),
];

/** One line of JSON in which no control character stands as it is, also none of the terminal's own (U+0080 to U+009F). */
export const summaryJson = (summary: Summary): string =>
  JSON.stringify(summary).replace(/\p{C}/gu, (found) =>
    Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
