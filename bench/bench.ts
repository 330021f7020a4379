/** What a bench is: it measures, and main.ts prints. */

export type BenchOptions = {
  readonly seed: number | undefined;
  /** Round trip of the line in between, where there is one. */
  readonly rttMs: number | undefined;
  /** Timed rounds. */
  readonly runs: number | undefined;
  /** Folders of the account, in place of the usual fixture. */
  readonly folders: number | undefined;
  /** How many, where a bench has many. */
  readonly accounts: number | undefined;
  /** The interval of their checks. */
  readonly everySeconds: number | undefined;
  /** How long, where a bench takes as long as it is told. */
  readonly seconds: number | undefined;
  /** Also peers whose preparation takes minutes. */
  readonly allPeers: boolean;
};

export type JsonValue = number | string | readonly string[] | Readonly<Record<string, number>>;

export type BenchTableRows = { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

export type BenchResult = {
  readonly title: string;
  /** One line each on those that did the same work. */
  readonly contestants?: BenchTableRows;
  /** What was measured, and the budget where there is one. */
  readonly rows: readonly (readonly [what: string, measured: string, budget: string])[];
  /** Said below the tables: what was left out, and how to read the figures. */
  readonly notes?: readonly string[];
  /** Numbers without units: the units are in the names. */
  readonly json: Readonly<Record<string, JsonValue>>;
  /** Budgets missed; any makes the exit code 1. */
  readonly failures: readonly string[];
};

export type Bench = {
  readonly summary: string;
  /** Undefined options take their defaults. */
  readonly run: (options: BenchOptions) => Promise<BenchResult>;
};
