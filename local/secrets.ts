/** What the data folder keeps for its owner's eyes alone: the key pair of the vault, the key that recognises requests, the token of the API. Mode 0600. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { replaceFile } from '../shared/terminal/replace-file.ts';
import { type KeyRing, keyOf, publicOf, withNewKey } from '../shared/vault/key-ring.ts';
import { newRequestKey, type RequestKey } from '../shared/vault/request-key.ts';
import type { Keyring } from '../shared/vault/vault.ts';

const SECRET_MODE = 0o600;

export type FileKeyring = Keyring & {
  /** From now on a new key is sealed under; the older ones stay for what lies under them. */
  readonly renew: () => Promise<void>;
};

export const fileKeyring = async (dataFolder: string): Promise<FileKeyring> => {
  const file = join(dataFolder, 'vault-key.json');
  const keep = (ring: KeyRing): KeyRing => {
    replaceFile(file, JSON.stringify(ring), SECRET_MODE);
    return ring;
  };
  const kept = readText(file);
  let ring = kept === undefined ? keep(await withNewKey([], Date.now())) : ringOf(JSON.parse(kept));
  return {
    publicKey: async () => publicOf(ring),
    privateKey: async (kid) => {
      const key = keyOf(ring, kid);
      if (key === undefined) throw new Error('sealed under a key that is not kept');
      return key;
    },
    renew: async () => {
      ring = keep(await withNewKey(ring, Date.now()));
    },
  };
};

/** The file held one pair before there were several. */
const ringOf = (kept: KeyRing | { readonly privateJwk: JWK }): KeyRing =>
  'privateJwk' in kept ? [{ ...kept.privateJwk, madeAt: 0 }] : kept;

export const fileRequestKey = (dataFolder: string): RequestKey => {
  const file = join(dataFolder, 'request-key');
  const kept = readText(file)?.trim();
  const key = kept === undefined ? newRequestKey() : Buffer.from(kept, 'base64url');
  if (kept === undefined) replaceFile(file, `${Buffer.from(key).toString('base64url')}\n`, SECRET_MODE);
  return async () => key;
};

/** Made at the first start; the same from then on. */
export const fileToken = (dataFolder: string): string => {
  const file = join(dataFolder, 'token');
  const kept = readText(file)?.trim();
  if (kept !== undefined && kept !== '') return kept;
  const token = randomBytes(24).toString('base64url');
  replaceFile(file, `${token}\n`, SECRET_MODE);
  return token;
};

export const isSameToken = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};
