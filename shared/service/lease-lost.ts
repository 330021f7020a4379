import { MailyardError } from '../errors.ts';

/** Nothing more may be done by this worker: another one holds the account. */
export const leaseLost = (): MailyardError => new MailyardError('lease.lost', 'another worker holds this account');
