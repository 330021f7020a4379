/** What a bench is: it measures, and main.ts prints. */

export type BenchResult = {
  readonly title: string;
  /** What was measured, and the budget where there is one. */
  readonly rows: readonly (readonly [what: string, measured: string, budget: string])[];
  /** Flat, numbers without units: the units are in the names. */
  readonly json: Readonly<Record<string, number | string>>;
  /** Budgets missed; any makes the exit code 1. */
  readonly failures: readonly string[];
};

export type Bench = {
  readonly summary: string;
  /** Undefined options take their defaults. */
  readonly run: (options: { readonly seed: number | undefined }) => Promise<BenchResult>;
};
