/** The values of one header, made comparable: each form at most once, and none that nobody asks for. */
import type { Address } from '../mail/addresses.ts';
import { fold } from './fold.ts';
import { formsOf, type Person, personsIn, readPeople, spellings } from './people.ts';
import { plain, type Texts, textsOf } from './texts.ts';

export class HeaderView {
  readonly values: readonly string[];
  #texts: Texts | undefined;
  #people: Texts | undefined;
  #addresses: readonly (readonly Address[])[] | undefined;
  #persons: readonly Person[] | undefined;

  constructor(values: readonly string[]) {
    this.values = values;
  }

  texts(): Texts {
    this.#texts ??= textsOf(this.values);
    return this.#texts;
  }

  people(): Texts {
    this.#people ??= new PeopleTexts(this);
    return this.#people;
  }

  /** Of each value those that it names. */
  addresses(): readonly (readonly Address[])[] {
    this.#addresses ??= this.values.map(readPeople);
    return this.#addresses;
  }

  persons(): readonly Person[] {
    this.#persons ??= personsIn(this.addresses());
    return this.#persons;
  }
}

class PeopleTexts implements Texts {
  readonly #header: HeaderView;
  #loose: readonly string[] | undefined;
  #whole: readonly string[] | undefined;
  #plain: readonly string[] | undefined;

  constructor(header: HeaderView) {
    this.#header = header;
  }

  loose(): readonly string[] {
    this.#loose ??= this.#header.values.flatMap((value, n) =>
      spellings(value, () => this.#header.addresses()[n] ?? []),
    );
    return this.#loose;
  }

  whole(): readonly string[] {
    this.#whole ??= this.#header
      .persons()
      .flatMap(({ name, written }) => [...formsOf(written).map(fold), ...(name === undefined ? [] : [fold(name)])]);
    return this.#whole;
  }

  plain(): readonly string[] {
    this.#plain ??= this.#header
      .persons()
      .flatMap(({ name, written }) => [plain(written), ...(name === undefined ? [] : [plain(name)])]);
    return this.#plain;
  }
}
