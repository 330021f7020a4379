/** Where a worker is stopped, and how: each at every IMAP command, or at every database call, of the run that acts. */
export type Counts = {
  /** IMAP commands that the run sent. */
  readonly commands: number;
  /** Numbers of those that carried a literal. */
  readonly withLiteral: readonly number[];
  readonly calls: number;
};

type Reached = (counts: Counts) => readonly number[];
const eachCommand: Reached = ({ commands }) => upTo(commands);
const eachCall: Reached = ({ calls }) => upTo(calls);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

export const BOUNDARIES = {
  /** Killed before the server has the command. */
  'command-before': eachCommand,
  /** Killed when the server did it and before its answer is heard. */
  'command-after': eachCommand,
  /** The answer is lost with the connection; the worker lives and says that it failed. */
  'command-lost': eachCommand,
  /** Killed in the middle of the literal. */
  literal: ({ withLiteral }) => withLiteral,
  /** Killed, and the command's bytes reach the server when others have long tried again. */
  'command-late': eachCommand,
  /** Frozen over the command until its lease ran out and a second worker took over; then the first goes on. */
  'command-taken': eachCommand,
  'call-before': eachCall,
  'call-after': eachCall,
  /** The call takes effect and is answered with an error; the worker lives. */
  'call-lost': eachCall,
  /** Frozen behind the call, as above. */
  'call-taken': eachCall,
} as const satisfies Record<string, Reached>;

/** Where bytes may reach the server after others looked for their effect: only there may a double come to be, for a while. */
export const MAY_DOUBLE: readonly string[] = ['command-late', 'command-taken'] satisfies (keyof typeof BOUNDARIES)[];

export type Boundary = keyof typeof BOUNDARIES;
export const BOUNDARY_NAMES = Object.keys(BOUNDARIES) as Boundary[];

export const boundaryNamed = (name: string): Boundary => {
  const boundary = BOUNDARY_NAMES.find((one) => one === name);
  if (boundary === undefined) throw new Error(`there is no boundary ${name}: ${BOUNDARY_NAMES.join(', ')}`);
  return boundary;
};

export type Fault = {
  readonly boundary: Boundary;
  /** Which command or call, from 1. */
  readonly n: number;
  /** Only commands that change the mailbox are counted. */
  readonly ofChanging?: true;
};
