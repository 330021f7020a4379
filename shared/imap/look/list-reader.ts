/** Gathers the rows of one LIST with STATUS, up to its tagged answer. */
import { LF, STAR } from '../bulk/ascii.ts';
import { readResponse, type StatusResponse } from '../bulk/response.ts';
import { responseStream } from '../bulk/response-stream.ts';
import { cursorOver, nextToken } from '../bulk/tokens.ts';
import { type FolderRow, requireFewFolders, type StatusNumbers } from '../folder-row.ts';
import { plainRows } from './plain-row.ts';
import { type ListRow, readListRow, readStatusRow, type StatusRow } from './read-row.ts';

export type ListReader = {
  /** Throws `imap.refused` beyond a bound, and what `onStatus` throws. */
  readonly feed: (bytes: Buffer) => void;
  /** Undefined until the command is answered. */
  readonly answer: () => ListAnswer | undefined;
};

export type ListAnswer = {
  readonly tagged: StatusResponse;
  /** As the server told them; undefined when one cannot be read here, or none was told a number. */
  readonly rows: readonly Omit<FolderRow, 'specialUse'>[] | undefined;
  /** What came behind the answer: nothing, or what the server says unasked. */
  readonly rest: Buffer;
};

export type ListReading = {
  readonly tag: string;
  /** Turns a name as listed into a path. */
  readonly decode: (name: string) => string;
  /** Told of every untagged OK, NO, BAD and BYE. */
  readonly onStatus: (status: StatusResponse) => void;
};

export const listReader = ({ tag, decode, onStatus }: ListReading): ListReader => {
  const listed: ListRow[] = [];
  const plain = plainRows();
  const numbersOf = new Map<string, StatusNumbers>();
  let isOdd = false;
  let answer: ListAnswer | undefined;

  const takeRow = (bytes: Buffer, from: number, to: number): boolean => {
    const row = plain.read(bytes, from, to) ?? readRow(bytes, from, to);
    if (row === undefined) return false;
    if (row === 'odd') isOdd = true;
    else if ('numbers' in row) numbersOf.set(pathOf(row.name), row.numbers);
    else listed.push(row);
    requireFewFolders(Math.max(listed.length, numbersOf.size));
    return true;
  };
  const pathOf = (name: string): string => {
    const path = decode(name);
    return path.toUpperCase() === 'INBOX' ? 'INBOX' : path;
  };
  const rows = (): ListAnswer['rows'] => {
    if (isOdd || numbersOf.size === 0) return undefined;
    const all = listed.map(({ name, delimiter, flags }) => {
      const path = pathOf(name);
      return { path, pathAsListed: name, delimiter, flags, status: numbersOf.get(path) };
    });
    return all.every(({ path, delimiter }) => isPlainPath(path, delimiter)) ? all : undefined;
  };
  const takeResponse = (bytes: Buffer, from: number, to: number): void => {
    if (answer !== undefined || (bytes[from] === STAR && takeRow(bytes, from, to))) return;
    const response = readResponse(bytes, from, to);
    if (response.kind === 'status') onStatus(response);
    if (response.kind === 'tagged' && response.tag === tag)
      answer = { tagged: response, rows: rows(), rest: Buffer.from(bytes.subarray(bytes.indexOf(LF, to) + 1)) };
  };
  return {
    feed: responseStream({ response: takeResponse }),
    answer: () => answer,
  };
};

/** imapflow makes a delimiter in front no part of the path, and believes no numbers of a name that decodes to nothing. */
const isPlainPath = (path: string, delimiter: string): boolean =>
  path !== '' && (delimiter === '' || !path.startsWith(delimiter));

/** Undefined for a response of another kind. */
const readRow = (bytes: Buffer, from: number, to: number): ListRow | StatusRow | 'odd' | undefined => {
  const cursor = cursorOver(bytes, from + 1, to);
  const first = nextToken(cursor);
  const kind = first.kind === 'atom' && first.text.length <= 6 ? first.text.toString('latin1').toUpperCase() : '';
  if (kind === 'LIST') return readListRow(cursor);
  return kind === 'STATUS' ? readStatusRow(cursor) : undefined;
};
