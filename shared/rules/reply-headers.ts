/** The headers that make a message a reply (RFC 5322 section 3.6.4). */
import { LIMITS } from '../limits.ts';
import { type Address, parseAddresses } from '../mail/addresses.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import { cleanLine } from './plain-text.ts';

type Original = Pick<MessageFacts, 'headers'>;

/** `Re: ` once, whatever the languages and the count of the prefixes before it: `AW: RE[2]: Offer` gives `Re: Offer`. */
export const replySubject = (subject: string): string => `Re: ${subject.replace(REPLY_PREFIXES, '')}`.trim();

/** Who is answered: Reply-To, else From, of each the first field that names somebody who can be written to. */
export const replyTo = (original: Original): Address[] => {
  for (const name of ['reply-to', 'from']) {
    for (const value of headerValues(original, name)) {
      const people = writablePeople(value);
      if (people.length > 0) return people;
    }
  }
  return [];
};

/** Whom else a reply to all is for: To and Cc, without those named before. */
export const alsoReplyTo = (original: Original, without: readonly string[]): { to: Address[]; cc: Address[] } => {
  const seen = new Set(without.map((address) => address.toLowerCase()));
  const others = (name: string) =>
    headerValues(original, name)
      .flatMap(writablePeople)
      .filter(({ address }) => !seen.has(address.toLowerCase()) && seen.add(address.toLowerCase()))
      .slice(0, LIMITS.draftRecipientsMax);
  return { to: others('to'), cc: others('cc') };
};

const writablePeople = (value: string): Address[] =>
  parseAddresses(value)
    .filter(({ address }) => isWritable(address))
    .slice(0, LIMITS.draftRecipientsMax)
    .map(cleanPerson);

/** The name is left out where cleaning leaves nothing of it. */
const cleanPerson = ({ name, address }: Address): Address => {
  const clean = cleanLine(name ?? '', LIMITS.nameCharsMax);
  return clean === '' ? { address } : { name: clean, address };
};

/** `Fwd: ` once: `WG: Offer` gives `Fwd: Offer`. */
export const forwardSubject = (subject: string): string => `Fwd: ${subject.replace(FORWARD_PREFIXES, '')}`.trim();

/** In-Reply-To and References; neither when the original has no usable Message-ID. */
export const threadHeaders = (original: Original): { inReplyTo?: string; references?: string[] } => {
  const [inReplyTo] = messageIdsIn(original, 'message-id');
  if (inReplyTo === undefined) return {};
  const parents = messageIdsIn(original, 'references');
  const before = parents.length > 0 ? parents : onlyOne(messageIdsIn(original, 'in-reply-to'));
  const references = [...new Set([...before.filter((id) => id !== inReplyTo), inReplyTo])];
  // The first names the thread, the last ones the place in it; RFC 5322 lets the middle go.
  const { referencesMax } = LIMITS;
  if (references.length <= referencesMax) return { inReplyTo, references };
  return { inReplyTo, references: [...references.slice(0, 1), ...references.slice(1 - referencesMax)] };
};

// Re and its like: German, Danish and Norwegian, Dutch, Finnish, Polish, Turkish, Portuguese, Chinese; `[2]` counts replies.
const REPLY_PREFIXES =
  /^(?:\s*(?:re|aw|sv|antw|vs|odp|ynt|res|回复|回覆|答复)\s?(?:[[(]\d{1,4}[\])]|\^\d{1,4})?\s?[:：])+\s*/iu;

const FORWARD_PREFIXES = /^(?:\s*(?:fwd?|wg|tr|rv|vs|doorst|转发|轉寄)\s?[:：])+\s*/iu;

// Nothing that ends or splits a header; a second @ only within quotes.
const ADDRESS = /^(?:"[^"\\\p{Cc}]{1,200}"|[^\p{Cc}\p{Z}"()<>,;:@\\]{1,200})@[^\p{Cc}\p{Z}"()<>,;@\\]{1,255}$/u;

/** Encoded words have no place in an address (RFC 2047 section 5); one that stands there was meant to mislead. */
const isWritable = (address: string): boolean => ADDRESS.test(address) && !/=\?|\?=/.test(address);

const MESSAGE_ID = /<[!-;=?-~]{1,250}>/g;

/** The Message-IDs in a header, in order. */
export const messageIdsIn = (original: Original, name: string): string[] =>
  headerValues(original, name).flatMap((value) => value.match(MESSAGE_ID) ?? []);

const onlyOne = (ids: readonly string[]): readonly string[] => (ids.length === 1 ? ids : []);
