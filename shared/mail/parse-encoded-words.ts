/** Encoded words (RFC 2047): `=?charset?B or Q?text?=`. */

/** Every encoded word replaced by its text; what is malformed or in an unknown charset stays as it is. Never throws. */
export const decodeWords = (text: string): string => {
  if (!text.includes('=?')) return text;
  let decoded = '';
  let end = 0;
  let run: Run | undefined;
  for (const match of text.matchAll(WORD)) {
    const [word, charset = '', encoding = '', payload = ''] = match;
    const between = text.slice(end, match.index);
    const bytes = bytesOf(encoding, payload);
    // White space between two encoded words is only there to separate them (RFC 2047 section 6.2).
    const joined = run !== undefined && between.trim() === '';
    if (run !== undefined && joined && run.charset === charset.toLowerCase()) {
      // Many mailers cut a character in two, so the words' bytes are joined before they are decoded.
      run.bytes.push(bytes);
      run.words += between + word;
    } else {
      decoded += textOf(run) + (joined ? '' : between);
      run = { charset: charset.toLowerCase(), bytes: [bytes], words: word };
    }
    end = match.index + word.length;
  }
  return decoded + textOf(run) + text.slice(end);
};

/** Raw bytes where no charset is named: UTF-8 (RFC 6532), else what Western mailers meant. */
export const decodeBytes = (bytes: Uint8Array): string => {
  try {
    return UTF8.decode(bytes);
  } catch {
    return WESTERN.decode(bytes);
  }
};

type Run = { readonly charset: string; readonly bytes: Buffer[]; words: string };

// A language may follow the charset (RFC 2231 section 5). Spaces in the text are not allowed, yet common.
const WORD = /=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([BbQq])\?([^?\r\n]*)\?=/g;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const WESTERN = new TextDecoder('windows-1252');

/** Names that mail uses and the Encoding Standard does not. */
const CHARSET_NAMES: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  cp1252: 'windows-1252',
  'iso-8859-8-i': 'iso-8859-8',
};

const bytesOf = (encoding: string, payload: string): Buffer => {
  if (encoding.toUpperCase() === 'B') return Buffer.from(payload, 'base64');
  const plain = payload
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  // Raw characters above 255 came from a header already read as UTF-8.
  return [...plain].every((character) => character <= '\u00ff') ? Buffer.from(plain, 'latin1') : Buffer.from(plain);
};

const textOf = (run: Run | undefined): string => {
  if (run === undefined) return '';
  const bytes = Buffer.concat(run.bytes);
  // ASCII is often claimed for what is not.
  if (/^(us-ascii|ascii|utf-?8|unknown|x-unknown|default)$/.test(run.charset)) return decodeBytes(bytes);
  try {
    return new TextDecoder(CHARSET_NAMES[run.charset] ?? run.charset).decode(bytes);
  } catch {
    return run.words;
  }
};
