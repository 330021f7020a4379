/**
 * The rows that all but a few are: names in ASCII, as an atom or a quoted string without escapes. One text and one expression a
 * row, for there may be 10,000; whatever looks otherwise is left to read-row.ts.
 */
import { enterNumber, type ListRow, readFlags, type StatusRow } from './read-row.ts';

// None of these can match in two ways, so that a long line costs no more than its length.
const QUOTED = '"([ !#-[\\]-~]+)"';
const ATOM = "([!#$&'+-Z^_`a-z|}~]+)";
const LIST = new RegExp(`^\\* LIST \\(([\\\\\\w$. -]*)\\) (?:"([ !#-[\\]-~])"|NIL) (?:${QUOTED}|${ATOM})$`);
const STATUS = new RegExp(`^\\* STATUS (?:${QUOTED}|${ATOM}) \\(([A-Z\\d ]+)\\)$`);

export type PlainRows = {
  /** The row from <= i < to, without its line end; undefined, with nothing done, when it is none of the plain ones. */
  readonly read: (bytes: Buffer, from: number, to: number) => ListRow | StatusRow | undefined;
};

/** For one listing: most rows have the same few attributes. */
export const plainRows = (): PlainRows => {
  const flagsOf = new Map<string, ReadonlySet<string> | undefined>();
  const cachedFlags = (text: string): ReadonlySet<string> | undefined => {
    if (!flagsOf.has(text)) flagsOf.set(text, readFlags(text.split(' ').filter((flag) => flag !== '')));
    return flagsOf.get(text);
  };
  const listRow = (line: string): ListRow | undefined => {
    const [, flagsText, delimiter = '', quoted, atom = ''] = LIST.exec(line) ?? [];
    if (flagsText === undefined || atom.toUpperCase() === 'NIL') return undefined;
    const flags = cachedFlags(flagsText);
    return flags === undefined ? undefined : { name: quoted ?? atom, delimiter, flags };
  };
  return {
    read: (bytes, from, to) => {
      const line = bytes.toString('latin1', from, to);
      return line.startsWith('* LIST ') ? listRow(line) : statusRow(line);
    },
  };
};

const statusRow = (line: string): StatusRow | undefined => {
  const [, quoted, atom = '', items] = STATUS.exec(line) ?? [];
  if (items === undefined || atom.toUpperCase() === 'NIL') return undefined;
  const words = items.split(' ');
  if (words.length % 2 !== 0 || words.includes('')) return undefined;
  const numbers = {};
  for (let i = 0; i < words.length; i += 2) enterNumber(numbers, words[i] as string, words[i + 1] as string);
  return { name: quoted ?? atom, numbers };
};
