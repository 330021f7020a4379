/** Text made comparable: what two spellings must share to count as the same. */

/**
 * NFKC, lower case, runs of white space as one space (mail wraps lines, and a phrase must be found across the wrap).
 * `ß` stays `ß` and does not equal `ss`; a final sigma equals a sigma.
 */
export const fold = (text: string): string => {
  if (isSimple(text)) return text.toLowerCase();
  const lower = ASCII.test(text) ? text.toLowerCase() : text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');
  return WRAPPED.test(lower) ? lower.replace(/\s+/g, ' ') : lower;
};

/** ASCII on one line, its words one space apart: nearly every header. */
export const isSimple = (text: string): boolean => SIMPLE.test(text);

const SIMPLE = /^[!-~]*(?: [!-~]+)*$/;

/** A value of the rule's own, as an explanation quotes it. */
export const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const ASCII = /^[\u0000-\u007f]*$/;
const WRAPPED = /[^\S ]| {2}/;
