/**
 * Credentials are sealed to the deployment's public key (RFC 7516, ECDH-ES with A256GCM): whoever holds the table holds
 * nothing, and who may seal need not be able to open. Opening is in vault.ts, so that functions/api does not even hold its code.
 */
import { CompactEncrypt, type JWK } from 'jose';

/** What opens a mailbox. */
export type Credential = PasswordCredential | OAuthCredential;
export type PasswordCredential = { readonly kind: 'password'; readonly password: string };
export type OAuthCredential = {
  readonly kind: 'oauth';
  /** Id of the provider in the operator's settings. */
  readonly provider: string;
  readonly accessToken: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly refreshToken: string;
};

/** What a sealed secret is bound to: moved to another account, or taken for something else, it does not open. */
export type Binding = {
  readonly tenant: string;
  readonly accountId: string;
  readonly purpose?: 'imap-credential' | 'authorization' | 'webhook-secret';
};

export type Sealer = { readonly seal: (secret: object, binding: Binding) => Promise<string> };

/** Enough to seal: the public half of the deployment's newest key pair. */
export type PublicKeyring = { readonly publicKey: () => Promise<JWK> };

export const ALGORITHM = 'ECDH-ES';
export const ENCRYPTION = 'A256GCM';
const VERSION = 1;

export const sealerOf = (keyring: PublicKeyring): Sealer => ({
  seal: async (secret, binding) => {
    const jwk = await keyring.publicKey();
    return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(secret)))
      .setProtectedHeader({
        ...headerOf(binding),
        alg: ALGORITHM,
        enc: ENCRYPTION,
        ...(jwk.kid ? { kid: jwk.kid } : {}),
      })
      .encrypt(jwk);
  },
});

/** The part of the protected header that binds. */
export const headerOf = ({ tenant, accountId, purpose = 'imap-credential' }: Binding) => ({
  tenant,
  account: accountId,
  purpose,
  ver: VERSION,
});
