/** What ends a command: words for the person, the way out, and the exit code. */
import { CommanderError } from 'commander';
import { ApiProblem } from '../shared/api/client.ts';
import { isMailyardError } from '../shared/errors.ts';
import { REMEDIES } from '../shared/remedies.ts';
import { UsageError } from '../shared/terminal/usage-error.ts';
import { EXIT, type ExitCode, exitOfStatus } from './exit-codes.ts';

export class Failure extends Error {
  readonly exit: ExitCode;
  readonly remedy: string | undefined;

  constructor(exit: ExitCode, message: string, remedy?: string) {
    super(message);
    this.exit = exit;
    this.remedy = remedy;
  }
}

export type Told = {
  readonly exit: ExitCode;
  readonly message: string;
  readonly remedy?: string;
  readonly type?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** The request, as the service's log knows it. */
  readonly request?: string;
};

const LOG_IN = 'Sign in again: mailyard login.';

/** Everything that can be thrown, as it is told. What is none of ours shows where it happened. */
export const toldOf = (error: unknown): Told => {
  if (error instanceof Failure) return withRemedy({ exit: error.exit, message: error.message }, error.remedy);
  if (error instanceof UsageError) return { exit: EXIT.usage, message: error.message };
  if (error instanceof CommanderError) {
    return { exit: error.exitCode === 0 ? EXIT.done : EXIT.usage, message: error.message.replace(/^error: /, '') };
  }
  if (error instanceof ApiProblem) return problemTold(error);
  if (isMailyardError(error)) {
    const exit = error.code === 'oauth.unreachable' ? EXIT.unavailable : EXIT.failed;
    const told = { exit, message: error.message, errors: error.fields };
    return withRemedy(told, error.code === 'oauth.denied' ? LOG_IN : REMEDIES[error.code]);
  }
  if (isNetworkError(error)) {
    const why = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return {
      exit: EXIT.unavailable,
      message: `the service cannot be reached${why}`,
      remedy: 'Look whether it runs (npm start) and whether the login names its address: mailyard login.',
    };
  }
  return { exit: EXIT.failed, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};

const problemTold = ({ status, problem, message }: ApiProblem): Told => {
  const exit = exitOfStatus(status);
  if (problem === undefined) return withRemedy({ exit, message }, exit === EXIT.login ? LOG_IN : undefined);
  const { type, errors = [], remedy } = problem;
  const request = problem.instance.replace('urn:mailyard:request:', '');
  const told = { exit, message, type, errors, ...(status >= 500 ? { request } : {}) };
  return withRemedy(told, status === 401 ? LOG_IN : remedy);
};

const withRemedy = (told: Told, remedy: string | undefined): Told =>
  remedy === undefined ? told : { ...told, remedy };

/** As fetch throws them. */
const isNetworkError = (error: unknown): error is TypeError =>
  error instanceof TypeError && error.message === 'fetch failed';
