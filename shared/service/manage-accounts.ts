/** Accounts as their owner sees them: settings and state, never the credential. */
import { MailyardError } from '../errors.ts';
import { type AccountSettings, pageOfAccounts, readAccount, type Account as StoredAccount } from '../store/accounts.ts';
import { readCursorPages } from '../store/cursors.ts';
import { type Failure, type Head, readHead, readHeads } from '../store/head.ts';
import { seedProgress } from '../sync/seed-plan.ts';
import type { BaseDeps } from './deps.ts';

type Deps = Pick<BaseDeps, 'table'>;

/** `incomplete`: its creation was cut off; it is not looked at, and may be deleted or created again. */
export type AccountState = Head['state'] | 'paused' | 'incomplete';

/** Times in milliseconds since 1970. */
export type AccountSummary = AccountSettings & {
  readonly id: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly state: AccountState;
  readonly failure?: Failure;
  readonly lastChangedAt?: number;
  readonly firstSyncAt?: number;
  /** Only of one account, and only until its first sync is through. */
  readonly firstSync?: FirstSync;
};

export type FirstSync = {
  readonly messagesDone: number;
  readonly messagesTotal: number;
  /** undefined until something is done. */
  readonly messagesPerSecond?: number;
  readonly secondsRemaining?: number;
};

/** Throws `not-found`. */
export const getAccount = async (
  { table, now }: Pick<BaseDeps, 'table' | 'now'>,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<AccountSummary> => {
  const [account, head] = await Promise.all([
    requireAccount({ table }, { tenant, id }),
    readHead(table, { tenant, accountId: id }),
  ]);
  const summary = summaryOf(account, head);
  if (head?.seedingSince === undefined || head.firstSyncAt !== undefined) return summary;
  const cursors = (await readCursorPages(table, { tenant, accountId: id })).flatMap(({ folders }) => folders);
  return { ...summary, firstSync: firstSyncOf(seedProgress(cursors), now() / 1_000 - head.seedingSince) };
};

const firstSyncOf = ({ done, total }: ReturnType<typeof seedProgress>, seconds: number): FirstSync => {
  const counts = { messagesDone: done, messagesTotal: total };
  if (done === 0 || seconds <= 0) return counts;
  const rate = done / seconds;
  return { ...counts, messagesPerSecond: Math.round(rate), secondsRemaining: Math.ceil((total - done) / rate) };
};

/** In order of id; `next` is the id to go on after. */
export const listAccountsPage = async (
  { table }: Deps,
  { tenant, ...options }: { readonly tenant: string; readonly limit: number; readonly after?: string },
): Promise<{ accounts: readonly AccountSummary[]; next?: string }> => {
  const { accounts, more } = await pageOfAccounts(table, tenant, options);
  const heads = await readHeads(
    table,
    accounts.map(({ id }) => ({ tenant, accountId: id })),
  );
  const last = accounts.at(-1);
  return {
    accounts: accounts.map((account) => summaryOf(account, heads.get(account.id))),
    ...(more && last !== undefined ? { next: last.id } : {}),
  };
};

/** Throws `not-found`: for what is another tenant's too, as nothing of theirs can be asked for. */
export const requireAccount = async (
  { table }: Deps,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<StoredAccount> => {
  const account = await readAccount(table, tenant, id);
  if (account === undefined) throw new MailyardError('not-found', 'there is no such account');
  return account;
};

export const stateOf = (head: Head | undefined): AccountState =>
  head?.paused === true && head.state !== 'deleting' ? 'paused' : (head?.state ?? 'incomplete');

/** Named one by one, so that an attribute added to the stored account is not shown by accident. */
export const summaryOf = (account: StoredAccount, head: Head | undefined): AccountSummary => ({
  id: account.id,
  name: account.name,
  host: account.host,
  port: account.port,
  tls: account.tls,
  user: account.user,
  address: account.address,
  ...(account.ca === undefined ? {} : { ca: account.ca }),
  ...(account.pin === undefined ? {} : { pin: account.pin }),
  pollSeconds: account.pollSeconds,
  applyToExisting: account.applyToExisting,
  ...(account.allowDestroy === undefined ? {} : { allowDestroy: account.allowDestroy }),
  ...(account.roles === undefined ? {} : { roles: account.roles }),
  ...(account.timeZone === undefined ? {} : { timeZone: account.timeZone }),
  revision: account.revision,
  createdAt: account.createdAt,
  updatedAt: account.updatedAt,
  state: stateOf(head),
  ...stateTimes(head),
});

/** The head counts in seconds. */
const stateTimes = (head: Head | undefined): Pick<AccountSummary, 'failure' | 'lastChangedAt' | 'firstSyncAt'> => {
  const { failure, lastChangedAt, firstSyncAt } = head ?? {};
  return {
    ...(failure === undefined ? {} : { failure: failureTimes(failure) }),
    ...(lastChangedAt === undefined ? {} : { lastChangedAt: lastChangedAt * 1_000 }),
    ...(firstSyncAt === undefined ? {} : { firstSyncAt: firstSyncAt * 1_000 }),
  };
};

const failureTimes = ({ at, until, ...failure }: Failure): Failure => ({
  ...failure,
  at: at * 1_000,
  ...(until === undefined ? {} : { until: until * 1_000 }),
});
