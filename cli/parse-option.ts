/** Values of options as commander hands them over. */

import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../shared/terminal/usage-error.ts';

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600, d: 86_400 };

/** `90s`, `30min`, `2h`, `1d`. */
export const duration = (text: string): number => {
  const [, count, unit = ''] = /^(\d{1,6})(s|min|h|d)$/.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit];
  if (count === undefined || seconds === undefined) throw new InvalidArgumentError('It looks like 30min, 2h or 1d.');
  return Number(count) * seconds;
};

export const oneMore = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** `-` stands for the standard input. Throws UsageError, naming the option. */
export const readText = (option: string, file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new UsageError(`${option}: the file ${file} cannot be read`);
  }
};
