/** Rules that are being applied to mail that was there: how far they are, and an end to it. */
import { MailyardError } from '../errors.ts';
import { type Application, endApplication, readApplication } from '../store/applications.ts';
import type { AccountRef } from '../store/head.ts';
import type { BaseDeps } from './deps.ts';
import { requireAccount } from './manage-accounts.ts';

type NamedApplication = AccountRef & { readonly applicationId: string };

/** Throws `not-found`. */
export const getApplication = async (
  deps: Pick<BaseDeps, 'table'>,
  { applicationId, ...ref }: NamedApplication,
): Promise<Application> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const application = await readApplication(deps.table, ref, applicationId);
  if (application === undefined) throw new MailyardError('not-found', 'there is no such application of a rule');
  return application;
};

/** What a run has begun by then is still done; one that is over stays as it is. Throws `not-found`. */
export const cancelApplication = async (
  deps: Pick<BaseDeps, 'table' | 'now'>,
  named: NamedApplication,
): Promise<Application> => {
  await getApplication(deps, named);
  const { applicationId, ...ref } = named;
  await endApplication(deps.table, ref, applicationId, { state: 'cancelled', at: deps.now() });
  return await getApplication(deps, named);
};
