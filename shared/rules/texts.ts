/** Values of a message in the forms that matching needs, each made at most once. */
import { cutText } from './cut-text.ts';
import { fold } from './fold.ts';

export type Texts = {
  /** Folded, and every spelling under which it may be looked for: where a text may stand anywhere. */
  loose(): readonly string[];
  /** Folded, each value whole: what must be the same from its beginning or to its end. */
  whole(): readonly string[];
  /** With its own upper and lower case and its own lines, for regular expressions. */
  plain(): readonly string[];
};

/** Values that have but one spelling. */
export const textsOf = (values: readonly string[]): Texts => new Values(values);

/** A class, as one is made for each header of each message. */
class Values implements Texts {
  readonly #values: readonly string[];
  #folded: readonly string[] | undefined;
  #whole: readonly string[] | undefined;
  #plain: readonly string[] | undefined;

  constructor(values: readonly string[]) {
    this.#values = values;
  }

  loose(): readonly string[] {
    this.#folded ??= this.#values.map(fold);
    return this.#folded;
  }

  whole(): readonly string[] {
    this.#whole ??= this.loose().map((text) => cutText(text.trim()));
    return this.#whole;
  }

  plain(): readonly string[] {
    this.#plain ??= this.#values.map(plain);
    return this.#plain;
  }
}

export const plain = (text: string): string => cutText(text.normalize('NFKC'));
