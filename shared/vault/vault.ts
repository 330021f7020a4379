/** Opens what was sealed: for functions/sync, functions/mail and local/ alone. */
import { compactDecrypt, decodeProtectedHeader, type JWK } from 'jose';
import { MailyardError } from '../errors.ts';
import {
  ALGORITHM,
  type Binding,
  type Credential,
  ENCRYPTION,
  headerOf,
  type PublicKeyring,
  type Sealer,
  sealerOf,
} from './credential.ts';

export type Vault = Sealer & {
  /** Throws `vault.cannot-open`. */
  readonly open: <Secret extends object = Credential>(sealed: string, binding: Binding) => Promise<Secret>;
  /** False where it is sealed under an older key than the newest: then it is to be sealed again. */
  readonly isCurrent: (sealed: string) => Promise<boolean>;
};

/** `kid` names the key that something was sealed under; rejects where the deployment has none of that name. */
export type Keyring = PublicKeyring & { readonly privateKey: (kid: string | undefined) => Promise<JWK> };

export const vaultOf = (keyring: Keyring): Vault => ({
  ...sealerOf(keyring),
  open: async <Secret extends object>(sealed: string, binding: Binding): Promise<Secret> => {
    try {
      // Handed over as it is: jose imports each once, and not at each check of an account.
      const key = await keyring.privateKey(decodeProtectedHeader(sealed).kid);
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
        keyManagementAlgorithms: [ALGORITHM],
        contentEncryptionAlgorithms: [ENCRYPTION],
      });
      const wanted = headerOf(binding);
      if (Object.entries(wanted).some(([name, value]) => protectedHeader[name] !== value)) {
        throw new Error('sealed for something else');
      }
      return JSON.parse(new TextDecoder().decode(plaintext)) as Secret;
    } catch (cause) {
      throw new MailyardError('vault.cannot-open', 'the credential of this account cannot be opened', { cause });
    }
  },
  isCurrent: async (sealed) => decodeProtectedHeader(sealed).kid === (await keyring.publicKey()).kid,
});
