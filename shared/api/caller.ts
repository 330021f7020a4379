/** Who asks: read from the claims of a token that the gateway has verified. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Scope } from './route.ts';

export type Claims = Readonly<Record<string, unknown>>;
export type Caller = { readonly tenant: string; readonly scopes: ReadonlySet<string> };

/** Before each scope in a Cognito token, which names the resource server (RFC 6749 section 3.3 leaves the form open). */
export const SCOPE_PREFIX = 'mailyard/';

/** Throws `auth.missing` when there is no token, or none that names a tenant. */
export const callerOf = (claims: Claims | undefined, tenantClaim: string): Caller => {
  const tenant = claims === undefined ? undefined : ownClaim(claims, tenantClaim);
  if (claims === undefined || typeof tenant !== 'string' || !isTenant(tenant)) {
    throw new MailyardError('auth.missing', 'send a valid token as Authorization: Bearer ...');
  }
  const scope = ownClaim(claims, 'scope');
  return { tenant, scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []) };
};

/** Throws `auth.scope`. */
export const requireScope = ({ scopes }: Caller, scope: Scope): void => {
  if (scopes.has(scope) || scopes.has(`${SCOPE_PREFIX}${scope}`)) return;
  throw new MailyardError('auth.scope', `the token lacks the scope ${scope}`);
};

const ownClaim = (claims: Claims, name: string): unknown => (Object.hasOwn(claims, name) ? claims[name] : undefined);

/** It becomes part of every key, and a key's length counts in each item. */
const isTenant = (tenant: string): boolean =>
  tenant !== '' && Buffer.byteLength(tenant) <= LIMITS.tenantBytesMax && tenant.isWellFormed();
