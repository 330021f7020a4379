/** What a program can tell from how `mailyard` ends. They are a promise: docs/cli.md lists them. */
export const EXIT = {
  done: 0,
  /** It could not be done, or was declined. */
  failed: 1,
  /** The command line is not right. */
  usage: 2,
  /** No login, one that is over, or one that may not do this. */
  login: 3,
  notFound: 4,
  /** What was to be changed has been changed by somebody else, or is being worked on. */
  conflict: 5,
  /** Service, mail server or provider cannot be reached: the same may work later. */
  unavailable: 6,
  /** `status`: an account needs its owner. */
  unwell: 7,
  /** Ctrl-C (128 + SIGINT). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For a status of the API. */
export const exitOfStatus = (status: number): ExitCode => {
  if (status === 401 || status === 403) return EXIT.login;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 412) return EXIT.conflict;
  return status === 429 || status >= 500 ? EXIT.unavailable : EXIT.failed;
};
