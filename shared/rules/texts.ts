/** One value of a message in the forms that matching needs, each made at most once. */
import { cutText } from './cut-text.ts';
import { fold } from './fold.ts';

export type Texts = {
  /** Folded, and every spelling under which it may be looked for: where a text may stand anywhere. */
  readonly loose: () => readonly string[];
  /** Folded, each value whole: what must be the same from its beginning or to its end. */
  readonly whole: () => readonly string[];
  /** With its own upper and lower case and its own lines, for regular expressions. */
  readonly plain: () => readonly string[];
};

export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Values that have but one spelling. */
export const textsOf = (values: () => readonly string[]): Texts => {
  const folded = once(() => values().map(fold));
  return {
    loose: folded,
    whole: once(() => folded().map((text) => cutText(text.trim()))),
    plain: once(() => values().map(plain)),
  };
};

export const plain = (text: string): string => cutText(text.normalize('NFKC'));
