import { LIMITS } from '../limits.ts';

/** As much of a text as patterns are tried on; a rule's own texts are looked for in all of it. */
export const cutText = (text: string): string => text.slice(0, LIMITS.matchedTextCharsMax);
