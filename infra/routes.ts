/** Which function serves which route, read off the one route table. */
import { ROUTES } from '../shared/api/routes.ts';

/** Served by functions/mail: they open a mailbox and so need the key to the vault. All others go to functions/api. */
export const MAIL_ROUTES = ROUTES.filter((route) => route.opensMailbox).map(({ method, path }) => ({ method, path }));
