/** A look into one folder of an account for the rules' sake, outside of any run: nothing is changed and nothing is kept. */
import { MailyardError } from '../errors.ts';
import { listFolders } from '../imap/folders.ts';
import { type Selected, selectFolder } from '../imap/selected.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import type { EvaluateContext } from '../rules/context.ts';
import type { Rule } from '../rules/rule.ts';
import type { Account } from '../store/accounts.ts';
import type { AccountRef } from '../store/head.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { Source } from '../sync/journal.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { openCredential } from './open-credential.ts';
import { knownFolders } from './read-folders.ts';
import { readLists } from './read-lists.ts';
import { withMailbox } from './with-mailbox.ts';

export type FolderView = {
  readonly ref: AccountRef;
  readonly session: MailSession;
  readonly source: Source;
  readonly selected: Selected;
  /** What rules are evaluated with, as in a run. */
  readonly context: Omit<EvaluateContext, 'modes' | 'event'> & { readonly now: number };
  readonly isLate: () => boolean;
};

/** Opened by EXAMINE. `find` says which of the account's folders. Throws `not-found` where it is not there (any more), `imap.*`. */
export const viewFolder = async <Result>(
  deps: MailboxDeps,
  { account, rules, find }: FolderWanted,
  look: (view: FolderView) => Promise<Result>,
): Promise<Result> => {
  const ref: AccountRef = { tenant: account.tenant, accountId: account.id };
  const until = Math.min(deps.now() + LIMITS.previewSeconds * 1_000, deps.deadline());
  const [known, lists, credential] = await Promise.all([
    knownFolders(deps, ref),
    readLists(deps.table, account.tenant, rules),
    openCredential(deps, account),
  ]);
  return await withMailbox(deps, { account, credential, timeoutMs: until - deps.now() }, async (session) => {
    const folders = await listFolders(session);
    const path = find(folders, known);
    const cursor = known.find((folder) => folder.path === path);
    const selected = path === undefined || cursor === undefined ? undefined : await selectFolder(session, path);
    if (path === undefined || cursor === undefined || selected === undefined || !isLevel(cursor, selected)) {
      throw new MailyardError('not-found', 'there is no such folder, or it was not looked at yet');
    }
    return await look({
      ref,
      session,
      source: { folderId: cursor.id, path, uidValidity: cursor.uidValidity },
      selected,
      context: {
        accountId: account.id,
        folders,
        now: deps.now(),
        me: [account.address],
        timeZone: account.timeZone ?? 'UTC',
        lists,
      },
      // A tenth of the time is kept for the answer.
      isLate: () => deps.now() >= until - LIMITS.previewSeconds * 100,
    });
  });
};

type FolderWanted = {
  readonly account: Account;
  readonly rules: readonly Pick<Rule, 'conditions' | 'exceptions'>[];
  readonly find: (folders: readonly ListedFolder[], known: readonly FolderCursor[]) => string | undefined;
};

const isLevel = (cursor: FolderCursor, selected: Selected): boolean => cursor.uidValidity === selected.uidValidity;
