/** Keywords in a rule, kept in lower case. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { isKeyword } from '../mail/keyword.ts';

export const keywordSchema = z
  .string('must be a keyword')
  .refine(
    isKeyword,
    `must be a keyword such as $seen or invoice: ASCII without spaces, at most ${LIMITS.keywordCharsMax} characters`,
  )
  .toLowerCase();
