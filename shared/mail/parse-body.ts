/** The readable text of a message: its text/plain parts, else its HTML reduced to text; attachments are passed over. */
import { MailParser, type MessageText } from 'mailparser';
import { LIMITS } from '../limits.ts';
import { cutBytes } from './cut-bytes.ts';

/**
 * `source` is the whole message, header included. The text is cut at `bodyTextBytesMax`; never throws.
 * Of a message with more parts than `mimePartsMax` (which bounds the depth too) only the first ones are read: what a person
 * sees stands in front, and a thousand empty parts behind it must not hide it from a rule.
 */
export const parseBodyText = async (source: Buffer): Promise<string> => {
  const bounded = source.subarray(0, LIMITS.bodySourceBytesMax);
  const text = (await readText(bounded)) ?? (await readText(firstParts(bounded))) ?? '';
  return cutBytes(text, LIMITS.bodyTextBytesMax);
};

/** Each part but the root begins with a line that starts with `--` (RFC 2046 section 5.1.1). */
const firstParts = (source: Buffer): Buffer => {
  let at = 0;
  for (let delimiters = 0; delimiters < LIMITS.mimePartsMax; delimiters += 1) {
    const found = source.indexOf('\n--', at);
    if (found < 0) return source;
    at = found + 1;
  }
  return source.subarray(0, at);
};

/** Converting costs about a second per megabyte; no mail client shows so much. */
const HTML_CHARS_MAX = 4 * LIMITS.bodyTextBytesMax;

/** undefined when the parser gave up. */
const readText = (source: Buffer): Promise<string | undefined> =>
  new Promise((resolve) => {
    const parser = new MailParser({
      maxChildNodes: LIMITS.mimePartsMax,
      maxHtmlLengthToParse: HTML_CHARS_MAX,
      ignoreEmbedded: true,
      skipImageLinks: true,
      skipTextToHtml: true,
      checksumAlgo: false,
    });
    let text = '';
    parser.on('data', (part) => {
      if (part.type === 'text') {
        text = textOf(part);
        return;
      }
      part.content.on('error', () => resolve(undefined));
      part.content.resume();
      part.release?.();
    });
    parser.on('end', () => resolve(text));
    parser.on('error', () => resolve(undefined));
    parser.end(source);
  });

/** HTML that the parser will not convert (too long, or a thousand levels deep) still has its tags taken out. */
const textOf = (part: MessageText): string => {
  if (part.textConversionError === undefined) return part.text ?? '';
  return `${part.text ?? ''}\n${(part.html ?? '').replace(/<[^<>]*>/g, ' ')}`.trim();
};
