/** Reads CDK context by kind. Each reader names the value and what it must be where it is not right. */
import type { Node } from 'constructs';

export type ContextReader = {
  readonly text: (name: string) => string | undefined;
  /** Parts between commas. */
  readonly list: (name: string) => string[];
  readonly flag: (name: string) => boolean;
  readonly wholeNumber: (
    name: string,
    range: { readonly min: number; readonly max: number; readonly usual: number },
  ) => number;
  readonly oneOf: <T extends string>(name: string, values: readonly T[], usual: T) => T;
};

/** `cdk.json` may give numbers and flags as such; the command line gives text. */
export const contextReader = (node: Pick<Node, 'tryGetContext'>): ContextReader => {
  const text = (name: string): string | undefined => {
    const value: unknown = node.tryGetContext(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value !== 'string') throw new Error(`context ${name} must be text`);
    return value;
  };
  return {
    text,
    list: (name) => (text(name) ?? '').split(',').filter((part) => part !== ''),
    flag: (name) => {
      const value = text(name);
      if (value === undefined || value === 'false') return false;
      if (value !== 'true') throw new Error(`context ${name} must be true or false`);
      return true;
    },
    wholeNumber: (name, { min, max, usual }) => {
      const value = text(name);
      if (value === undefined) return usual;
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < min || number > max)
        throw new Error(`context ${name} must be a whole number from ${min} to ${max}`);
      return number;
    },
    oneOf: (name, values, usual) => {
      const value = text(name);
      if (value === undefined) return usual;
      const found = values.find((one) => one === value);
      if (found === undefined) throw new Error(`context ${name} must be one of ${values.join(', ')}`);
      return found;
    },
  };
};
