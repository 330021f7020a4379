/**
 * Flags as JMAP keywords (RFC 8621 section 4.1.1): lower case, `$seen` for `\Seen`; IMAP keywords keep their name in lower case.
 */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** A JMAP keyword: lower case, an IMAP atom without `\`. */
export type Keyword = string;

const SYSTEM_FLAGS: ReadonlyMap<string, Keyword> = new Map([
  ['\\seen', '$seen'],
  ['\\answered', '$answered'],
  ['\\flagged', '$flagged'],
  ['\\draft', '$draft'],
  ['\\deleted', '$deleted'],
]);

const FLAG_OF_KEYWORD: ReadonlyMap<Keyword, string> = new Map([
  ['$seen', '\\Seen'],
  ['$answered', '\\Answered'],
  ['$flagged', '\\Flagged'],
  ['$draft', '\\Draft'],
  ['$deleted', '\\Deleted'],
]);

// RFC 9051 atom: no CTL, space, ( ) { % * " \ ]; JMAP narrows it to printable ASCII.
const KEYWORD = /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/;

/** The keyword of an IMAP flag as a server sends it; undefined for `\Recent` and other session flags, which are never kept. */
export const keywordOf = (flag: string): Keyword | undefined => {
  if (!flag.startsWith('\\')) return flag.toLowerCase();
  return SYSTEM_FLAGS.get(flag.toLowerCase());
};

/** The flag to send for a keyword. */
export const flagOf = (keyword: Keyword): string => FLAG_OF_KEYWORD.get(keyword) ?? keyword;

/** The keywords of a FLAGS list, sorted and without repeats. */
export const keywordsOf = (flags: Iterable<string>): readonly Keyword[] => {
  const keywords = new Set<Keyword>();
  for (const flag of flags) {
    const keyword = keywordOf(flag);
    if (keyword !== undefined) keywords.add(keyword);
  }
  return [...keywords].sort();
};

export const isKeyword = (text: string): boolean => text.length <= LIMITS.keywordCharsMax && KEYWORD.test(text);

/** What an owner wrote, in its kept form. Throws `keyword.invalid`. */
export const parseKeyword = (text: string): Keyword => {
  if (!isKeyword(text))
    throw new MailyardError('keyword.invalid', `not a keyword: ${JSON.stringify(text.slice(0, 80))}`);
  return text.toLowerCase();
};
