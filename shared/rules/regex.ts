/** Regular expressions of the RE2 kind: no look-around, no back-references, time linear in text length x program size. */
import { RE2JS } from 're2js';
import { LIMITS } from '../limits.ts';

// Case never matters in mail; `(?-i)` says otherwise. `^` and `$` stand at lines, as a body has many.
const FLAGS = RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE;

/** Why an owner's pattern is refused; undefined when it may be kept. */
export const regexProblem = (pattern: string): string | undefined => {
  const compiled = compile(pattern);
  if (typeof compiled === 'string') return `is no regular expression of the RE2 kind: ${compiled.slice(0, 200)}`;
  if (compiled.programSize() > LIMITS.regexProgramSizeMax) {
    return `is too costly (${compiled.programSize()} steps, ${LIMITS.regexProgramSizeMax} at most); repeat less, or list fewer alternatives`;
  }
  return undefined;
};

/** Whether the pattern is found in a text, of which the first `matchedTextCharsMax` characters are read. */
export const compileRegex = (pattern: string): ((text: string) => boolean) => {
  const compiled = compile(pattern);
  // A rule that came past the checks must not make evaluation throw, nor take for ever.
  if (typeof compiled === 'string' || compiled.programSize() > LIMITS.regexProgramSizeMax) return () => false;
  return (text) => compiled.test(text.slice(0, LIMITS.matchedTextCharsMax));
};

const compile = (pattern: string): RE2JS | string => {
  try {
    return RE2JS.compile(pattern, FLAGS);
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read';
  }
};
