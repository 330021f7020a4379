/** What every command is given: the person's terminal, their login, and how they want to be answered. */
import type { Command } from 'commander';
import open from 'open';
import type { ApiClient } from '../shared/api/client.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { PROFILE } from './login-file.ts';
import { openSession } from './session.ts';
import { type Terminal, terminalOn } from './terminal.ts';

export type Context = {
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly profile: string;
  readonly json: boolean;
  /** Throws Failure where nobody is signed in. */
  readonly call: ApiClient['call'];
  /** Of the service. Throws as `call` does. */
  readonly url: () => string;
  /** The browser, where the person sits at one; the address is always told. */
  readonly browse: (url: string) => Promise<void>;
  /** Asked for every change that cannot be taken back by another command. */
  readonly consent: (question: string, yes: boolean | undefined) => Promise<void>;
};

type Handler<Options> = (
  context: Context,
  args: readonly string[],
  options: Options,
) => Promise<ExitCode> | Promise<void>;

/** An action of commander: what it returns is the exit code, `done` where it returns nothing. */
export const acting =
  <Options>(handler: Handler<Options>) =>
  async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    const exit = await handler(contextFor(options), command.args, options);
    process.exitCode = typeof exit === 'number' ? exit : EXIT.done;
  };

export type GlobalOptions = { readonly profile: string; readonly json?: boolean };

const contextFor = ({ profile, json = false }: GlobalOptions): Context => {
  if (!PROFILE.test(profile)) throw new Failure(EXIT.usage, '--profile is a name of letters, digits, - and _');
  const environment = readEnvironment();
  const terminal = terminalOn();
  let session: ReturnType<typeof openSession> | undefined;
  const opened = () => {
    session ??= openSession(environment, profile);
    return session;
  };
  return {
    environment,
    terminal,
    profile,
    json,
    get call() {
      return opened().client.call;
    },
    url: () => opened().url,
    browse: async (url) => {
      // Where there is none, the address that was told is enough.
      if (terminal.isInteractive) await open(url).catch(() => undefined);
    },
    consent: async (question, yes) => {
      if (yes === true || (await terminal.confirm(question, '--yes'))) return;
      throw new Failure(EXIT.failed, 'nothing was changed');
    },
  };
};
