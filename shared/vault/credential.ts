/**
 * Credentials are sealed to the deployment's public key (RFC 7516, ECDH-ES with A256GCM): whoever holds the table holds
 * nothing, and who may seal need not be able to open.
 */
import { CompactEncrypt, type CryptoKey, compactDecrypt, importJWK, type JWK } from 'jose';
import { MailyardError } from '../errors.ts';

/** What opens a mailbox. Tokens join it when OAuth does. */
export type Credential = { readonly kind: 'password'; readonly password: string };

/** What a sealed credential is bound to: moved to another account, it does not open. */
export type Binding = { readonly tenant: string; readonly accountId: string };

export type Sealer = { readonly seal: (credential: Credential, binding: Binding) => Promise<string> };
export type Vault = Sealer & { readonly open: (sealed: string, binding: Binding) => Promise<Credential> };

/** Where the key pair lies. `privateKey` is absent where only sealing is allowed. */
export type PublicKeyring = { readonly publicKey: () => Promise<JWK> };
export type Keyring = PublicKeyring & { readonly privateKey: () => Promise<JWK> };

const ALGORITHM = 'ECDH-ES';
const PURPOSE = 'imap-credential';
const VERSION = 1;

export const sealerOf = (keyring: PublicKeyring): Sealer => ({
  seal: async (credential, binding) => {
    const jwk = await keyring.publicKey();
    const key = await importJWK(jwk, ALGORITHM);
    return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(credential)))
      .setProtectedHeader({
        ...headerOf(binding),
        alg: ALGORITHM,
        enc: 'A256GCM',
        ...(jwk.kid ? { kid: jwk.kid } : {}),
      })
      .encrypt(key as CryptoKey);
  },
});

export const vaultOf = (keyring: Keyring): Vault => ({
  ...sealerOf(keyring),
  open: async (sealed, binding) => {
    try {
      const key = await importJWK(await keyring.privateKey(), ALGORITHM);
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, key as CryptoKey, {
        keyManagementAlgorithms: [ALGORITHM],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const wanted = headerOf(binding);
      if (Object.entries(wanted).some(([name, value]) => protectedHeader[name] !== value)) {
        throw new Error('sealed for another account');
      }
      return JSON.parse(new TextDecoder().decode(plaintext)) as Credential;
    } catch (cause) {
      throw new MailyardError('vault.cannot-open', 'the credential of this account cannot be opened', { cause });
    }
  },
});

const headerOf = ({ tenant, accountId }: Binding) => ({ tenant, account: accountId, purpose: PURPOSE, ver: VERSION });
