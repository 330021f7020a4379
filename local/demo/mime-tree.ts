/** The parts of a message (RFC 2045, RFC 2046) as places in its source, so that every section is the bytes that came. */
import { LIMITS } from '../../shared/limits.ts';

export type Field = { readonly name: string; readonly value: string; readonly start: number; readonly end: number };
export type Parameter = readonly [name: string, value: string];

export type MimePart = {
  readonly start: number;
  /** After the empty line that ends the header. */
  readonly bodyStart: number;
  readonly end: number;
  readonly fields: readonly Field[];
  /** In lower case, such as `text` and `plain`. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
  /** Of a multipart. */
  readonly parts: readonly MimePart[];
  /** Of a message/rfc822. */
  readonly message?: MimePart;
};

/** `raw` is a binary string: one character a byte. */
export const parseMime = (raw: string): MimePart => {
  const budget = { parts: LIMITS.mimePartsMax };
  return parsePart(raw, 0, raw.length, 'text/plain', 0, budget);
};

export const fieldValue = (part: MimePart, name: string): string | undefined =>
  part.fields.find((field) => field.name === name)?.value;

const parsePart = (
  raw: string,
  start: number,
  end: number,
  typeByDefault: string,
  depth: number,
  budget: { parts: number },
): MimePart => {
  const { fields, bodyStart } = parseHeader(raw, start, end);
  const given = splitParameters(fields.find(({ name }) => name === 'content-type')?.value ?? typeByDefault);
  const [type = 'text', subtype = 'plain'] = /^[^\s/]+\/[^\s/]+$/.test(given.value)
    ? given.value.toLowerCase().split('/')
    : ['text', 'plain'];
  const leaf = { start, bodyStart, end, fields, type, subtype, parameters: given.parameters, parts: [] };
  if (depth >= LIMITS.mimeDepthMax) return asOpaque(leaf);
  if (type === 'message' && subtype === 'rfc822') {
    return { ...leaf, message: parsePart(raw, bodyStart, end, 'text/plain', depth + 1, budget) };
  }
  const boundary = given.parameters.find(([name]) => name === 'boundary')?.[1];
  if (type !== 'multipart') return leaf;
  const places = boundary === undefined ? [] : splitBody(raw, bodyStart, end, boundary);
  budget.parts -= places.length;
  // A multipart without parts has no BODYSTRUCTURE.
  if (places.length === 0 || budget.parts < 0) return asOpaque(leaf);
  const inner = subtype === 'digest' ? 'message/rfc822' : 'text/plain';
  return { ...leaf, parts: places.map(([from, to]) => parsePart(raw, from, to, inner, depth + 1, budget)) };
};

const asOpaque = (part: MimePart): MimePart =>
  part.type === 'multipart' || part.type === 'message'
    ? { ...part, type: 'application', subtype: 'octet-stream' }
    : part;

const parseHeader = (raw: string, start: number, end: number): { fields: Field[]; bodyStart: number } => {
  const fields: Field[] = [];
  let at = start;
  while (at < end) {
    const next = lineEnd(raw, at, end);
    if (/^\r?\n$/.test(raw.slice(at, Math.min(next, at + 3)))) return { fields, bodyStart: next };
    const from = at;
    at = next;
    while (at < end && (raw[at] === ' ' || raw[at] === '\t')) at = lineEnd(raw, at, end);
    const [, name, value] = /^([^\s:]+)[ \t]*:([\s\S]*)$/.exec(raw.slice(from, at)) ?? [];
    if (name === undefined || value === undefined) continue;
    fields.push({ name: name.toLowerCase(), value: value.replace(/\r?\n/g, '').trim(), start: from, end: at });
  }
  return { fields, bodyStart: end };
};

const lineEnd = (raw: string, at: number, end: number): number => {
  const newline = raw.indexOf('\n', at);
  return newline === -1 || newline >= end ? end : newline + 1;
};

/** The places between delimiters; the line break before one belongs to it (RFC 2046 section 5.1.1). */
const splitBody = (raw: string, start: number, end: number, boundary: string): [number, number][] => {
  const places: [number, number][] = [];
  let from: number | undefined;
  for (let at = start; at < end; at = lineEnd(raw, at, end)) {
    if (!raw.startsWith(`--${boundary}`, at)) continue;
    const rest = raw.slice(at + boundary.length + 2, lineEnd(raw, at, end));
    if (!/^(--)?[ \t]*\r?\n?$/.test(rest)) continue;
    if (from !== undefined) places.push([from, Math.max(from, beforeBreak(raw, at))]);
    from = rest.startsWith('--') ? undefined : lineEnd(raw, at, end);
    if (from === undefined) return places;
  }
  if (from !== undefined) places.push([from, end]);
  return places;
};

const beforeBreak = (raw: string, at: number): number => at - (raw[at - 1] !== '\n' ? 0 : raw[at - 2] === '\r' ? 2 : 1);

/** `text/plain; charset="utf-8"`; RFC 2231 names stay as they are, as BODYSTRUCTURE sends them. */
export const splitParameters = (text: string): { value: string; parameters: Parameter[] } => {
  const parameters: Parameter[] = [];
  const pattern = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/g;
  for (const [, name = '', quoted, plain] of text.matchAll(pattern)) {
    parameters.push([name.toLowerCase(), quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1')]);
  }
  return { value: text.split(';', 1)[0]?.trim() ?? '', parameters };
};
