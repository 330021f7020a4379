/** The people named by an address header (RFC 5322 section 3.4), read from its decoded value. */
import addressparser from 'nodemailer/lib/addressparser';

/** `address` is as the message spells it, '' where only a name is given. */
export type Address = { readonly name?: string; readonly address: string };

/** Headers whose value is a list of addresses. */
export const ADDRESS_HEADERS: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'resent-from',
  'resent-sender',
  'resent-to',
  'resent-cc',
  'resent-bcc',
]);

/** Groups are flattened to their members; what cannot be read is left out. */
export const parseAddresses = (value: string): Address[] =>
  plainAddresses(value) ??
  addressparser(value, { flatten: true })
    .filter(({ name, address }) => name !== '' || address !== '')
    .map(({ name, address }) => (name === '' ? { address } : { name, address }));

/**
 * Nearly all headers are plain lists of `name <address>`, `"name" <address>` and `address`, or a group of nobody, and are read a
 * hundred times faster than the grammar allows for; undefined where there is anything else in it.
 */
const plainAddresses = (value: string): Address[] | undefined => {
  if (EMPTY_GROUP.test(value)) return [];
  const people: Address[] = [];
  PLAIN.lastIndex = 0;
  while (PLAIN.lastIndex < value.length) {
    const match = PLAIN.exec(value);
    if (match === null) return undefined;
    const [, quoted, words, angle, bare, end] = match;
    const name = quoted ?? words;
    people.push(name === undefined ? { address: angle ?? bare ?? '' } : { name, address: angle ?? '' });
    if (end === '') return PLAIN.lastIndex === value.length ? people : undefined;
  }
  return undefined;
};

/** `undisclosed-recipients:;` */
const EMPTY_GROUP = /^[A-Za-z][A-Za-z-]*(?: [A-Za-z-]+)*: ?;$/;

const WORD = String.raw`[^\s\p{C}"(),:;<>@\[\]\\]+`;
const ADDRESS = String.raw`[\w.+~-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`;
const PLAIN = new RegExp(
  String.raw`(?:(?:"([^"\\\p{C}<>@;:()']*[^"\\\p{C}<>@;:()'\s])"|(${WORD}(?: ${WORD})*)) <(${ADDRESS})>|(${ADDRESS}))(, |$)`,
  'uy',
);

/** `"Name" <address>`, names always quoted, so that reading it again finds the same people whatever the names hold. */
export const formatAddresses = (addresses: readonly Address[]): string =>
  addresses
    .map(({ name, address }) => {
      if (name === undefined) return address;
      const phrase = `"${name.replace(/["\\]/g, '\\$&')}"`;
      return address === '' ? phrase : `${phrase} <${address}>`;
    })
    .join(', ');
