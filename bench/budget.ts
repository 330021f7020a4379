/** Bounds on what was measured: each gives a row of the table, and a failure where it does not hold. */
import type { BenchResult } from './bench.ts';
import { formatNumber } from './table.ts';

export type Budget = {
  readonly what: string;
  /** undefined: not measured this time, so neither held nor missed. */
  readonly measured: number | undefined;
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly digits?: number;
};

export const judge = (budgets: readonly Budget[]): Pick<BenchResult, 'rows' | 'failures'> => ({
  rows: budgets.map((budget) => [budget.what, measuredText(budget), boundText(budget)]),
  failures: budgets
    .filter((budget) => !isHeld(budget))
    .map((budget) => `${budget.what}: ${measuredText(budget)}, budget ${boundText(budget)}`),
});

const isHeld = ({ measured, atMost = Infinity, atLeast = -Infinity }: Budget): boolean =>
  measured === undefined || (measured <= atMost && measured >= atLeast);

const measuredText = ({ measured, digits = 0 }: Budget): string =>
  measured === undefined ? 'not measured' : formatNumber(measured, digits);

const boundText = ({ atMost, atLeast, digits = 0 }: Budget): string => {
  if (atMost !== undefined && atMost === atLeast) return formatNumber(atMost, digits);
  if (atMost !== undefined) return `<= ${formatNumber(atMost, digits)}`;
  return atLeast === undefined ? '' : `>= ${formatNumber(atLeast, digits)}`;
};
