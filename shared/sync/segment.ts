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
import { onesOf, type Runs, readPlane, writePlane } from './plane.ts';
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
  // One message alone must always fit somewhere, whatever it carries.
  const planes = keywordPlanes(list, count > 1 ? LIMITS.segmentCellsMax / count : Number.POSITIVE_INFINITY);
  if (planes === undefined) return undefined;

  const first = list.uids[0] as number;
  const span = (list.uids[count - 1] as number) - first + 1;
  writer.varint(first - start);
  writer.varint(span);
  writePlane(writer, presenceRuns(list.uids), span);
  for (const { keyword, runs } of planes) {
    writer.bits(KEYWORD_PLANE, 8);
    writeKeyword(writer, keyword);
    writePlane(writer, runs, count);
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

type KeywordPlane = { readonly keyword: Keyword; readonly runs: number[]; end: number };

/**
 * A plane for each keyword in use, ascending by name, in one pass over stretches of messages with the same keywords.
 * undefined where there are more than `keywordsMax`.
 */
const keywordPlanes = (
  { combinationOf, combinations }: MessageList,
  keywordsMax: number,
): readonly KeywordPlane[] | undefined => {
  const planes = new Map<Keyword, KeywordPlane>();
  const planesOf: (readonly KeywordPlane[] | undefined)[] = [];
  const planeOf = (keyword: Keyword): KeywordPlane => {
    const plane = planes.get(keyword) ?? { keyword, runs: [], end: 0 };
    planes.set(keyword, plane);
    return plane;
  };
  const count = combinationOf.length;
  let next = 0;
  for (let rank = 0; rank < count; rank = next) {
    const combination = combinationOf[rank] as number;
    for (next = rank + 1; next < count && combinationOf[next] === combination; ) next += 1;
    const touched = planesOf[combination] ?? (combinations[combination] ?? []).map(planeOf);
    planesOf[combination] = touched;
    if (planes.size > keywordsMax) return undefined;
    for (const plane of touched) {
      const { runs, end } = plane;
      if (end === rank && end > 0) runs[runs.length - 1] = (runs[runs.length - 1] as number) + next - rank;
      else runs.push(rank - end, next - rank);
      plane.end = next;
    }
  }
  for (const { runs, end } of planes.values()) if (end < count) runs.push(count - end);
  return [...planes.values()].sort((a, b) => (a.keyword < b.keyword ? -1 : 1));
};

const presentUids = (first: number, presence: Runs): Uint32Array => {
  const uids = new Uint32Array(onesOf(presence));
  let count = 0;
  let uid = first;
  for (let i = 0; i < presence.length; i += 1) {
    const end = uid + (presence[i] as number);
    for (; i % 2 === 1 && uid < end; uid += 1) {
      uids[count] = uid;
      count += 1;
    }
    uid = end;
  }
  return uids;
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
    // 0 is the root, and nobody's child.
    const childOf = new Uint32Array(parents.length);
    let rank = 0;
    for (let i = 0; i < runs.length; i += 1) {
      const end = rank + (runs[i] as number);
      for (; i % 2 === 1 && rank < end; rank += 1) {
        const parent = nodeOf[rank] as number;
        let child = childOf[parent] as number;
        if (child === 0) {
          child = parents.push(parent) - 1;
          planes.push(plane);
          childOf[parent] = child;
        }
        nodeOf[rank] = child;
      }
      rank = end;
    }
    plane += 1;
  };

  const combinationOfNode = (node: number, keywords: readonly Keyword[]): readonly Keyword[] => {
    const combination: Keyword[] = [];
    for (let up = node; up !== 0; up = parents[up] as number)
      combination.push(keywords[planes[up] as number] as Keyword);
    return combination.reverse();
  };

  const columns = (keywords: readonly Keyword[]): Pick<MessageList, 'combinationOf' | 'combinations'> => {
    const combinations: (readonly Keyword[])[] = [];
    // 0 for a node that no message has shown yet, else the number of its combination and one more.
    const numberOf = new Uint32Array(parents.length);
    const combinationOf = new Uint32Array(messages);
    for (let rank = 0; rank < messages; rank += 1) {
      const node = nodeOf[rank] as number;
      if (numberOf[node] === 0) numberOf[node] = combinations.push(combinationOfNode(node, keywords));
      combinationOf[rank] = (numberOf[node] as number) - 1;
    }
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
