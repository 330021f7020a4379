/** The longest start of `text` that takes at most `bytesMax` bytes as UTF-8, no character cut in two. */
export const cutBytes = (text: string, bytesMax: number): string => {
  if (text.length * 3 <= bytesMax) return text.toWellFormed();
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text.toWellFormed();
  let end = bytesMax;
  // 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
};
