/**
 * One segment: the messages of a UID range, packed. It is self-contained but for the first UID of its range.
 *
 *   version       1 byte
 *   (nothing more where the segment holds no message)
 *   first, span   varints: first UID less the start of the range; last UID - first UID + 1
 *   presence      a plane (plane.ts) over the span
 *   then for each keyword in use, ascending by name:
 *     kind        1 byte: 1 = keyword; other kinds are for planes to come
 *     code        1 byte of segment-keywords.ts; 0 = a varint length and UTF-8 follow
 *     plane       over the messages present, by rank, since most UIDs of old folders are gone
 */
import { LIMITS } from '../limits.ts';
import type { Keyword } from '../mail/keyword.ts';
import { UID_MAX } from '../mail/uid-set.ts';
import { BitReader, BitWriter, corrupt } from './bits.ts';
import { type MessageList, NO_MESSAGES } from './message-list.ts';
import { type Runs, readPlane, writePlane } from './plane.ts';
import { codeOfKeyword, keywordOfCode, LITERAL } from './segment-keywords.ts';

const VERSION = 1;
const KEYWORD_PLANE = 1;

/**
 * The bytes for messages whose UIDs are all >= start; undefined where they are more than LIMITS allow in one segment.
 * The same messages always give the same bytes. Keywords are IMAP atoms: not empty, no spaces or control characters.
 */
export const encodeSegment = (start: number, list: MessageList): Uint8Array | undefined => {
  const count = list.uids.length;
  const writer = new BitWriter();
  writer.bits(VERSION, 8);
  if (count === 0) return writer.bytes();
  if (count > LIMITS.segmentMessagesMax) return undefined;
  const keywords = keywordsInUse(list);
  // One message alone must always fit somewhere, whatever it carries.
  if (count > 1 && count * keywords.length > LIMITS.segmentCellsMax) return undefined;

  const first = list.uids[0] as number;
  const span = (list.uids[count - 1] as number) - first + 1;
  writer.varint(first - start);
  writer.varint(span);
  writePlane(writer, presenceRuns(list.uids), span);
  for (const keyword of keywords) {
    writer.bits(KEYWORD_PLANE, 8);
    writeKeyword(writer, keyword);
    writePlane(writer, keywordRuns(list, keyword), count);
  }
  return writer.bytes();
};

/** Throws `segment.corrupt` for bytes that encodeSegment cannot have made. */
export const decodeSegment = (start: number, bytes: Uint8Array): MessageList => {
  const reader = new BitReader(bytes);
  const version = reader.bits(8);
  if (version !== VERSION) throw corrupt(`there is no version ${version}`);
  if (reader.atEnd) return NO_MESSAGES;

  const first = start + reader.varint();
  const span = reader.varint();
  if (span === 0 || first + span - 1 > UID_MAX) throw corrupt('it leads past the last UID');
  const presence = readPlane(reader, span, LIMITS.segmentMessagesMax);
  if (presence[0] !== 0 || presence.length % 2 !== 0) throw corrupt('its span is not tight');
  const uids = presentUids(first, presence);

  const keywords: Keyword[] = [];
  const combine = combiner(uids.length);
  while (!reader.atEnd) {
    const kind = reader.bits(8);
    if (kind !== KEYWORD_PLANE) throw corrupt(`there is no plane kind ${kind}`);
    const keyword = readKeyword(reader);
    const before = keywords.at(-1);
    if (before !== undefined && before >= keyword) throw corrupt('its keywords are not in order');
    keywords.push(keyword);
    if (uids.length > 1 && keywords.length * uids.length > LIMITS.segmentCellsMax)
      throw corrupt('it has too many keywords');
    const runs = readPlane(reader, uids.length, uids.length);
    if (runs.length < 2) throw corrupt('no message has the keyword');
    combine.add(runs);
  }
  return { uids, ...combine.columns(keywords) };
};

const keywordsInUse = (list: MessageList): Keyword[] => {
  const inUse = new Uint8Array(list.combinations.length);
  for (const combination of list.combinationOf) inUse[combination] = 1;
  const keywords = new Set<Keyword>();
  for (const [i, combination] of list.combinations.entries()) {
    if (inUse[i] === 1) for (const keyword of combination) keywords.add(keyword);
  }
  return [...keywords].sort();
};

const presenceRuns = (uids: Uint32Array): Runs => {
  const runs = [0];
  let next = uids[0] as number;
  let ones = 0;
  for (const uid of uids) {
    if (uid !== next) {
      runs.push(ones, uid - next);
      ones = 0;
    }
    ones += 1;
    next = uid + 1;
  }
  runs.push(ones);
  return runs;
};

const keywordRuns = (list: MessageList, keyword: Keyword): Runs => {
  const has = Uint8Array.from(list.combinations, (combination) => (combination.includes(keyword) ? 1 : 0));
  const runs: number[] = [];
  let bit = 0;
  let length = 0;
  for (const combination of list.combinationOf) {
    if (has[combination] !== bit) {
      runs.push(length);
      length = 0;
      bit = 1 - bit;
    }
    length += 1;
  }
  runs.push(length);
  return runs;
};

const presentUids = (first: number, presence: Runs): Uint32Array => {
  const uids: number[] = [];
  let uid = first;
  for (const [i, run] of presence.entries()) {
    if (i % 2 === 1) for (let n = 0; n < run; n += 1) uids.push(uid + n);
    uid += run;
  }
  return Uint32Array.from(uids);
};

/**
 * Collects planes in the keywords' order. A combination is a node of a tree: its parent, and one keyword more; only
 * those that a message ends up with become arrays.
 */
const combiner = (messages: number) => {
  const nodeOf = new Uint32Array(messages);
  const parents = [0];
  const planes = [-1];
  let plane = 0;

  const add = (runs: Runs): void => {
    const childOf = new Map<number, number>();
    let at = 0;
    for (const [i, run] of runs.entries()) {
      for (let rank = at; i % 2 === 1 && rank < at + run; rank += 1) {
        const parent = nodeOf[rank] as number;
        let child = childOf.get(parent);
        if (child === undefined) {
          child = parents.push(parent) - 1;
          planes.push(plane);
          childOf.set(parent, child);
        }
        nodeOf[rank] = child;
      }
      at += run;
    }
    plane += 1;
  };

  const columns = (keywords: readonly Keyword[]): Pick<MessageList, 'combinationOf' | 'combinations'> => {
    const combinations: Keyword[][] = [];
    const indexOfNode = new Map<number, number>();
    const combinationOf = nodeOf.map((node) => {
      let index = indexOfNode.get(node);
      if (index === undefined) {
        const combination: Keyword[] = [];
        for (let up = node; up !== 0; up = parents[up] as number)
          combination.push(keywords[planes[up] as number] as Keyword);
        index = combinations.push(combination.reverse()) - 1;
        indexOfNode.set(node, index);
      }
      return index;
    });
    return { combinationOf, combinations };
  };

  return { add, columns };
};

const writeKeyword = (writer: BitWriter, keyword: Keyword): void => {
  const code = codeOfKeyword(keyword);
  writer.bits(code, 8);
  if (code !== LITERAL) return;
  const name = Buffer.from(keyword);
  writer.varint(name.length);
  for (const byte of name) writer.bits(byte, 8);
};

const readKeyword = (reader: BitReader): Keyword => {
  const code = reader.bits(8);
  if (code !== LITERAL) {
    const known = keywordOfCode(code);
    if (known === undefined) throw corrupt(`there is no keyword code ${code}`);
    return known;
  }
  const bytes = reader.take(reader.varint());
  const name = Buffer.from(bytes).toString('utf8');
  // Compared as bytes: malformed UTF-8 decodes to replacement characters, which encode differently.
  if (!Buffer.from(name).equals(bytes)) throw corrupt('a keyword is not UTF-8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/^[^\u0000-\u0020]+$/.test(name)) throw corrupt('a keyword is no atom');
  if (codeOfKeyword(name) !== LITERAL) throw corrupt('a keyword is spelt out that has a code');
  return name;
};
