/** The account given by --account: added at the first start, found again at the next. */
import { isDeepStrictEqual } from 'node:util';
import type { MailServer } from '../shared/imap/session.ts';
import { addAccount } from '../shared/service/add-account.ts';
import type { MailboxDeps } from '../shared/service/mailbox-deps.ts';
import { type Account, listAccounts, replaceAccount } from '../shared/store/accounts.ts';
import { raiseConfigVersion, readHead } from '../shared/store/head.ts';
import { TENANT } from './service.ts';

export type Wanted = {
  readonly server: MailServer;
  readonly name: string;
  readonly address: string;
  readonly applyToExisting: boolean;
  /** Asked for only when it is needed: the account is new, or its password is given anew. */
  readonly password: () => Promise<string | undefined>;
  readonly newPassword: boolean;
};

/** Returns the account's id. Throws what adding an account throws. */
export const ensureAccount = async (deps: MailboxDeps, wanted: Wanted): Promise<string> => {
  const accounts = await listAccounts(deps.table, TENANT);
  const known = accounts.find(({ user, host }) => user === wanted.server.user && host === wanted.server.host);
  const complete = known !== undefined && (await readHead(deps.table, { tenant: TENANT, accountId: known.id }));
  if (known !== undefined && complete) return await refresh(deps, known, wanted);
  // One whose adding was cut off is added to its end, under its own id.
  const id = known?.id ?? deps.newId();
  await addAccount(deps, {
    tenant: TENANT,
    id,
    settings: {
      ...wanted.server,
      name: wanted.name,
      address: wanted.address,
      pollSeconds: 60,
      applyToExisting: wanted.applyToExisting,
    },
    password: (await wanted.password()) ?? '',
  });
  return id;
};

/** Another port, CA or password replaces the one kept; the mirror stays. */
const refresh = async (deps: MailboxDeps, known: Account, wanted: Wanted): Promise<string> => {
  const { host, port, tls, user, ca } = known;
  const kept: MailServer = { host, port, tls, user, ...(ca === undefined ? {} : { ca }) };
  const password = wanted.newPassword ? await wanted.password() : undefined;
  if (password === undefined && isDeepStrictEqual(kept, wanted.server)) return known.id;
  const binding = { tenant: TENANT, accountId: known.id };
  const credential =
    password === undefined ? known.credential : await deps.sealer.seal({ kind: 'password', password }, binding);
  const { ca: _ca, pin: _pin, ...rest } = known;
  const updatedAt = deps.now();
  const changed = { ...rest, ...wanted.server, credential, revision: known.revision + 1, updatedAt };
  await replaceAccount(deps.table, changed, { credential: password === undefined ? 'kept' : 'new' });
  await raiseConfigVersion(deps.table, binding);
  return known.id;
};
