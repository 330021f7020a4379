/** What the data folder keeps for its owner's eyes alone: the key pair of the vault, the key that recognises requests, the token of the API. Mode 0600. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keyring } from '../shared/vault/credential.ts';
import { type KeyPair, makeKeyPair } from '../shared/vault/key-pair.ts';
import { newRequestKey, type RequestKey } from '../shared/vault/request-key.ts';
import { replaceFile } from './replace-file.ts';

const SECRET_MODE = 0o600;

export const fileKeyring = async (dataFolder: string): Promise<Keyring> => {
  const file = join(dataFolder, 'vault-key.json');
  const kept = readText(file);
  const pair = kept === undefined ? await makeKeyPair() : (JSON.parse(kept) as KeyPair);
  if (kept === undefined) replaceFile(file, JSON.stringify(pair), SECRET_MODE);
  return { publicKey: async () => pair.publicJwk, privateKey: async () => pair.privateJwk };
};

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
