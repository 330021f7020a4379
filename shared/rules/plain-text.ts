/** Text from incoming mail made safe to write into a message of ours. */

/** One line: no line breaks or control characters, well-formed, at most `charsMax` characters. */
export const cleanLine = (text: string, charsMax: number): string => {
  // Cut before it is searched: a header may be long.
  const line = text
    .slice(0, charsMax * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    // What looks like an encoded word (RFC 2047) would be decoded by the reader's client.
    .replaceAll('=?', '= ?')
    .trim();
  return [...line].slice(0, charsMax).join('');
};

/** Lines ended by `\n`, tabs kept, other control characters gone, well-formed. */
export const cleanLines = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '');
