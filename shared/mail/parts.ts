/** The parts of a message as BODYSTRUCTURE tells them (RFC 9051 section 7.5.2), in a flat and bounded list. */
import { LIMITS } from '../limits.ts';
import { decodeWords } from './parse-encoded-words.ts';

/** One part; all but `name` in lower case. */
export type MessagePart = {
  /** `text/calendar`. */
  readonly type: string;
  /** Parameters of Content-Type that tell kinds of mail apart: method, report-type, smime-type, protocol. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly disposition?: string;
  /** The file name, decoded (RFC 2047, RFC 2231). */
  readonly name?: string;
};

/** A part and what it holds, as the server's answer was read; anything in it may be missing or wrong. */
export type StructureNode = {
  readonly type?: string | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly disposition?: string | undefined;
  readonly dispositionParameters?: Readonly<Record<string, unknown>> | undefined;
  readonly childNodes?: readonly StructureNode[] | undefined;
};

const TELLING = ['method', 'report-type', 'smime-type', 'protocol'];

/** What a message attached to the message holds is not this message's. Never throws, whatever the depth. */
export const partsOf = (structure: StructureNode | undefined): MessagePart[] => {
  const parts: MessagePart[] = [];
  const open = structure === undefined ? [] : [{ node: structure, depth: 0 }];
  for (let next = open.pop(); next !== undefined && parts.length < LIMITS.mimePartsMax; next = open.pop()) {
    const { node, depth } = next;
    const part = partOf(node);
    parts.push(part);
    if (depth >= LIMITS.mimeDepthMax || (depth > 0 && part.type === 'message/rfc822')) continue;
    const children = Array.isArray(node.childNodes) ? node.childNodes.slice(0, LIMITS.mimePartsMax) : [];
    open.push(...children.toReversed().map((child) => ({ node: child, depth: depth + 1 })));
  }
  return parts;
};

const partOf = (node: StructureNode): MessagePart => {
  const parameters: Record<string, string> = {};
  for (const name of TELLING) {
    const value = textOf(node.parameters?.[name]);
    if (value !== undefined) parameters[name] = value.toLowerCase();
  }
  const disposition = textOf(node.disposition)?.toLowerCase();
  const name = fileName(node.dispositionParameters?.['filename'] ?? node.parameters?.['name']);
  return {
    type: textOf(node.type)?.toLowerCase() ?? 'application/octet-stream',
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(name === undefined ? {} : { name }),
  };
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, LIMITS.fileNameCharsMax) : undefined;

const fileName = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  // Cut before it is decoded: a name may be long, and encoded words take four times their text.
  const name = decodeWords(value.slice(0, 4 * LIMITS.fileNameCharsMax)).toWellFormed();
  return name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LIMITS.fileNameCharsMax)
    .toWellFormed();
};

/** A part that asks to be saved, or has a file name and is not shown inline (RFC 2183 section 2). */
export const isAttachment = ({ disposition, name }: MessagePart): boolean =>
  disposition === 'attachment' || (name !== undefined && disposition !== 'inline');
