/** The people of an address header, made comparable: their domains in both forms (IDNA, RFC 5890). */
import { domainToASCII, domainToUnicode } from 'node:url';
import { LIMITS } from '../limits.ts';
import { parseAddresses } from '../mail/addresses.ts';
import { fold } from './fold.ts';

export type Person = {
  readonly name?: string;
  /** As the message writes it; '' where only a name is given. */
  readonly written: string;
  /** Folded. */
  readonly address: string;
  /** In its ASCII form; '' where there is none. */
  readonly domain: string;
  /** Every folded spelling of the address. */
  readonly forms: readonly string[];
};

export const peopleIn = (values: readonly string[]): Person[] =>
  values
    .flatMap((value) => parseAddresses(value).slice(0, LIMITS.peopleReadMax))
    .slice(0, LIMITS.peopleReadMax)
    .map(({ name, address }) => ({
      ...(name === undefined ? {} : { name }),
      written: address,
      address: fold(address),
      domain: domainOf(address),
      forms: addressForms(address).map(fold),
    }));

/** The part after the last @, folded, in its ASCII form where it has one. */
export const domainOf = (address: string): string => {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : asciiDomain(address.slice(at + 1));
};

/** A domain as it is compared; one that is none stays as it was written, folded. */
export const asciiDomain = (domain: string): string => {
  const folded = fold(domain).trim();
  return SIMPLE_DOMAIN.test(folded) ? folded : domainToASCII(folded) || folded;
};

const SIMPLE_DOMAIN = /^[a-z][a-z0-9.-]*[a-z]$/;

/**
 * The header as it stands, without the quotes around names, and where that is not enough (comments, escapes, IDN domains in
 * their other form: RFC 5890) each person as `name <address>`. Reading addresses costs more than all the rest together.
 */
export const spellings = (value: string): string[] => {
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
