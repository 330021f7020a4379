/** A message's facts made comparable, each at most once however many rules ask. */
import { domainToASCII, domainToUnicode } from 'node:url';
import { LIMITS } from '../limits.ts';
import { parseAddresses } from '../mail/addresses.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import { fold } from './fold.ts';

export type FactView = {
  readonly facts: MessageFacts;
  /** The folded values of a header. */
  readonly header: (name: string) => readonly string[];
  /** The folded spellings under which the people of an address header may be looked for. */
  readonly people: (name: string) => readonly string[];
  /** The folded readable text; undefined when it was not read. */
  readonly body: () => string | undefined;
};

export const viewFacts = (facts: MessageFacts): FactView => {
  const headers = new Map<string, readonly string[]>();
  const people = new Map<string, readonly string[]>();
  let body: string | undefined;
  return {
    facts,
    header: (name) => remember(headers, name, () => headerValues(facts, name).map(fold)),
    people: (name) => remember(people, name, () => headerValues(facts, name).flatMap(spellings)),
    body: () => {
      if (facts.bodyText !== undefined) body ??= fold(facts.bodyText);
      return body;
    },
  };
};

const remember = <T>(kept: Map<string, T>, name: string, make: () => T): T => {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = make();
  kept.set(name, made);
  return made;
};

/**
 * The header as it stands, without the quotes around names, and where that is not enough (comments, escapes, IDN domains in
 * their other form: RFC 5890) each person as `name <address>`. Reading addresses costs more than all the rest together.
 */
const spellings = (value: string): string[] => {
  const found = [fold(value)];
  const add = (text: string) => {
    const folded = fold(text);
    if (!found.includes(folded)) found.push(folded);
  };
  if (value.includes('"')) add(value.replaceAll('"', ''));
  if (!HIDES_PEOPLE.test(value)) return found;
  for (const { name, address } of parseAddresses(value).slice(0, LIMITS.peopleReadMax)) {
    for (const form of addressForms(address)) add(name === undefined ? form : `${name} <${form}>`);
  }
  return found;
};

const HIDES_PEOPLE = /[\\(]|@[^\s,;>@]*(?:xn--|\P{ASCII})/iu;

const addressForms = (address: string): string[] => {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 0 || !/xn--|\P{ASCII}/iu.test(domain)) return [address];
  const local = address.slice(0, at + 1);
  const others = [domainToUnicode(domain), domainToASCII(domain)].filter((form) => form !== '' && form !== domain);
  return [address, ...others.map((form) => local + form)];
};
