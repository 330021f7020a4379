/** The people of an address header, made comparable: their domains in both forms (IDNA, RFC 5890). */
import { domainToASCII, domainToUnicode } from 'node:url';
import { LIMITS } from '../limits.ts';
import { type Address, parseAddresses } from '../mail/addresses.ts';
import { fold, isSimple } from './fold.ts';

export type Person = {
  readonly name?: string;
  /** As the message writes it; '' where only a name is given. */
  readonly written: string;
  /** Folded. */
  readonly address: string;
  /** In its ASCII form; '' where there is none. */
  readonly domain: string;
};

/** The people of one value of an address header, at most `peopleReadMax`. */
export const readPeople = (value: string): Address[] => {
  const read = parseAddresses(value);
  return read.length > LIMITS.peopleReadMax ? read.slice(0, LIMITS.peopleReadMax) : read;
};

/** Those of all values, at most `peopleReadMax`. */
export const personsIn = (values: readonly (readonly Address[])[]): Person[] => {
  const persons: Person[] = [];
  for (const people of values) {
    for (const person of people) {
      if (persons.length === LIMITS.peopleReadMax) return persons;
      persons.push(personOf(person));
    }
  }
  return persons;
};

const personOf = ({ name, address: written }: Address): Person => {
  const address = fold(written);
  const domain = isSimple(written) ? asciiFolded(address.slice(domainStart(address))) : domainOf(written);
  return name === undefined ? { written, address, domain } : { name, written, address, domain };
};

/** Where the part after the last @ begins; at the end where there is no @. */
const domainStart = (address: string): number => address.lastIndexOf('@') + 1 || address.length;

/** The part after the last @, folded, in its ASCII form where it has one. */
export const domainOf = (address: string): string => asciiDomain(address.slice(domainStart(address)));

/** A domain as it is compared; one that is none stays as it was written, folded. */
export const asciiDomain = (domain: string): string => asciiFolded(fold(domain));

const asciiFolded = (folded: string): string => {
  if (SIMPLE_DOMAIN.test(folded)) return folded;
  const trimmed = folded.trim();
  return domainToASCII(trimmed) || trimmed;
};

const SIMPLE_DOMAIN = /^[a-z][a-z0-9.-]*[a-z]$/;

/**
 * The header as it stands, without the quotes around names, and where that is not enough (comments, escapes, IDN domains in
 * their other form: RFC 5890) each person as `name <address>`. Reading addresses costs more than all the rest together.
 */
export const spellings = (value: string, people: () => readonly Address[]): string[] => {
  const found = [fold(value)];
  const add = (text: string) => {
    const folded = fold(text);
    if (!found.includes(folded)) found.push(folded);
  };
  if (value.includes('"')) add(value.replaceAll('"', ''));
  if (!HIDES_PEOPLE.test(value)) return found;
  for (const { name, address } of people()) {
    for (const form of formsOf(address)) add(name === undefined ? form : `${name} <${form}>`);
  }
  return found;
};

// Not \P{ASCII}: with the flags i and u it is found in every s and k, which two letters beyond ASCII fold to.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const HIDES_PEOPLE = /[\\(]|@[^\s,;>@]*(?:xn--|[^\u0000-\u007f])/i;

/** An address as it is written, and with its domain in its other form. */
export const formsOf = (address: string): string[] => {
  const start = domainStart(address);
  const domain = address.slice(start);
  if (!OTHER_FORM.test(domain)) return [address];
  const local = address.slice(0, start);
  const others = [domainToUnicode(domain), domainToASCII(domain)].filter((form) => form !== '' && form !== domain);
  return [address, ...others.map((form) => local + form)];
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const OTHER_FORM = /xn--|[^\u0000-\u007f]/i;
