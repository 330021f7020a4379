/** From a kept login to a client of the API whose token is good. */
import { type ApiClient, apiClient } from '../shared/api/client.ts';
import { isMailyardError } from '../shared/errors.ts';
import { refreshTokens } from '../shared/oauth/client.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { type IssuerLogin, type Login, loginFile, readLogin, writeLogin } from './login-file.ts';
import { oauthDeps } from './oauth-deps.ts';

export type Session = { readonly url: string; readonly client: ApiClient };

/** A token is taken anew that much before it is over. */
const EARLY_SECONDS = 60;

/** Throws Failure where nobody is signed in. */
export const openSession = (environment: Environment, profile: string, signal?: AbortSignal): Session => {
  const { configFolder } = environment;
  const file = loginFile(configFolder, profile);
  const given = fromEnvironment(environment);
  let login = given ?? readLogin(file);
  if (login === undefined) {
    throw new Failure(EXIT.login, 'nobody is signed in', 'Sign in first: mailyard login --help says how.');
  }
  const { url } = login;
  const token = async (): Promise<string> => {
    login = await fresh(login as Login, {
      reread: () => readLogin(file),
      keep: (next) => void writeLogin(configFolder, profile, next),
    });
    return login.token;
  };
  return { url, client: apiClient({ url, token, ...(signal === undefined ? {} : { signal }) }) };
};

const fromEnvironment = ({ url, token }: Environment): Login | undefined => {
  if ((url === undefined) !== (token === undefined)) {
    throw new Failure(EXIT.usage, 'MAILYARD_URL and MAILYARD_TOKEN go together', 'Set both, or neither.');
  }
  return url === undefined || token === undefined ? undefined : { url: checkedUrl(url), token };
};

type Kept = { readonly reread: () => Login | undefined; readonly keep: (login: Login) => void };

const fresh = async (login: Login, { reread, keep }: Kept): Promise<Login> => {
  const { from } = login;
  if (from === undefined || isGood(from)) return login;
  // Another command may have taken a new one meanwhile, and a refresh token may be good only once.
  const now = reread();
  if (now?.from !== undefined && isGood(now.from)) return now;
  const over = new Failure(EXIT.login, 'the sign-in is over', 'Sign in again: mailyard login.');
  const { refreshToken } = now?.from ?? from;
  if (refreshToken === undefined) throw over;
  try {
    const { accessToken, expiresAt, refreshToken: next } = await refreshTokens(oauthDeps, from, refreshToken);
    const renewed = { ...login, token: accessToken, from: { ...from, expiresAt, refreshToken: next ?? refreshToken } };
    keep(renewed);
    return renewed;
  } catch (error) {
    if (!isMailyardError(error, 'oauth.reconnect')) throw error;
    const other = reread();
    if (other?.from !== undefined && isGood(other.from)) return other;
    throw over;
  }
};

const isGood = ({ expiresAt }: IssuerLogin): boolean => expiresAt - EARLY_SECONDS > Date.now() / 1_000;

/** Without a slash at the end. A token goes over TLS, or stays on this machine. Throws Failure. */
export const checkedUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || local) || url.username !== '' || url.search !== '') {
    throw new Failure(
      EXIT.usage,
      `${text} is no address of a service`,
      'It begins with https://, or http://127.0.0.1.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};
