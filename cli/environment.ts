/** The only reader of the environment in the command line. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = {
  /** Where logins are kept. */
  readonly configFolder: string;
  /** For programs that bring a service and a token of their own, and keep no login. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** What a person edits with, as a command line. */
  readonly editor: string | undefined;
};

export const readEnvironment = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): Environment => {
  const given = (name: string): string | undefined => (environment[name] === '' ? undefined : environment[name]);
  const windows = platform === 'win32' ? given('APPDATA') : undefined;
  const base = given('XDG_CONFIG_HOME') ?? windows ?? join(homedir(), '.config');
  return {
    configFolder: given('MAILYARD_CONFIG') ?? join(base, 'mailyard'),
    url: given('MAILYARD_URL'),
    token: given('MAILYARD_TOKEN'),
    editor: given('VISUAL') ?? given('EDITOR'),
  };
};
