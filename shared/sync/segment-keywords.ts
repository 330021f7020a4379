/**
 * One-byte codes for common keywords within a segment. Part of segment version 1: never reorder, remove or insert; new
 * words need a new version, since stored segments hold these codes.
 */
import type { Keyword } from '../mail/keyword.ts';

const DICTIONARY: readonly Keyword[] = [
  // RFC 9051 section 2.3.2, and RFC 5788's registry
  '$seen',
  '$answered',
  '$flagged',
  '$draft',
  '$deleted',
  '$forwarded',
  '$junk',
  '$notjunk',
  '$mdnsent',
  '$important',
  '$phishing',
  '$submitpending',
  '$submitted',
  '$hasattachment',
  '$hasnoattachment',
  '$autosent',
  '$canunsubscribe',
  '$followed',
  '$hasmemo',
  '$imported',
  '$istrusted',
  '$maskedemail',
  '$memo',
  '$muted',
  '$new',
  '$notify',
  '$unsubscribed',
  // What clients set without registering it
  'junk',
  'notjunk',
  'nonjunk',
  'junkrecorded',
  'forwarded',
  'redirected',
  'receipt-handled',
  '$label1',
  '$label2',
  '$label3',
  '$label4',
  '$label5',
  '$mailflagbit0',
  '$mailflagbit1',
  '$mailflagbit2',
  '$todo',
  '$social',
  '$promotion',
  '$x-me-annot-2',
];

/** Says that the name follows. */
export const LITERAL = 0;

const CODE_OF: ReadonlyMap<Keyword, number> = new Map(DICTIONARY.map((keyword, i) => [keyword, i + 1]));

export const codeOfKeyword = (keyword: Keyword): number => CODE_OF.get(keyword) ?? LITERAL;

export const keywordOfCode = (code: number): Keyword | undefined => DICTIONARY[code - 1];
