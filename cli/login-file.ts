/** A login as it is kept: mode 0600, in a folder of the person's own. */
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { replaceFile } from '../shared/terminal/replace-file.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

const issuerSchema = z.strictObject({
  issuer: z.string(),
  clientId: z.string(),
  scopes: z.array(z.string()),
  parameters: z.record(z.string(), z.string()),
  /** Seconds since 1970. */
  expiresAt: z.number(),
  refreshToken: z.string().optional(),
});

const loginSchema = z.strictObject({
  url: z.string(),
  token: z.string(),
  /** Absent where the token was given by hand and nobody gives another. */
  from: issuerSchema.optional(),
});

export type Login = z.infer<typeof loginSchema>;
export type IssuerLogin = z.infer<typeof issuerSchema>;

const FILE_MODE = 0o600;

export const PROFILE = /^[a-z0-9][a-z0-9_-]{0,31}$/i;

export const loginFile = (folder: string, profile: string): string => join(folder, `${profile}.json`);

/** undefined where there is none. Throws Failure for one that others may read, or that is none of ours. */
export const readLogin = (file: string): Login | undefined => {
  let text: string;
  try {
    // Windows keeps others out of a user's folder by other means than modes.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw new Failure(EXIT.login, `${file} holds a token and others may read it`, `Run chmod 600 ${file}`);
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const unreadable = new Failure(EXIT.login, `${file} is no login that can be read`, 'Sign in again: mailyard login.');
  try {
    const parsed = loginSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    throw unreadable;
  }
  throw unreadable;
};

export const writeLogin = (folder: string, profile: string, login: Login): string => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = loginFile(folder, profile);
  replaceFile(file, `${JSON.stringify(login, null, 2)}\n`, FILE_MODE);
  return file;
};

export const removeLogin = (folder: string, profile: string): void =>
  rmSync(loginFile(folder, profile), { force: true });
